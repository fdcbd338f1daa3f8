using System.Text.Json.Serialization;
using ModelHub.Console.Graph;
using ModelHub.Console.Models;

namespace ModelHub.Console.Training;

internal static class ListTraining
{
    public static readonly Operation<ListTrainingVariables, ListTrainingData> Operation = new(
        "ListTraining",
        Documents.ListTraining,
        GraphJson.Default.GraphRequestListTrainingVariables,
        GraphJson.Default.GraphResponseListTrainingData);
}

internal sealed record ListTrainingVariables(int? First, string? After, int? Last, string? Before, RunFilter? Where);

internal sealed record RunFilter(StateFilter? State);

public sealed record ListTrainingData(Nodes<PipelineRow> Pipelines, Connection<RunRow> TrainingRuns);

public sealed record PipelineRow(
    string Id, string Name, [property: JsonConverter(typeof(NameOf))] string? Model, string Trainer, [property: JsonConverter(typeof(NameOf))] string? Dataset,
    PipelineTriggers? Triggers, Nodes<SkipRow> Skips)
{
    /// <summary>What makes it run by itself, one line each.</summary>
    public IEnumerable<string> Starts() => Triggers is null ? [] :
    [
        .. Triggers.Schedule is { } schedule ? [$"{schedule.Cron} {schedule.TimeZone}"] : Array.Empty<string>(),
        .. Triggers.OnNewData ? ["new data"] : Array.Empty<string>(),
        .. Triggers.OnAlerts.Select(pattern => $"alerts of {pattern}"),
    ];
}

public sealed record PipelineTriggers(PipelineSchedule? Schedule, bool OnNewData, IReadOnlyList<string> OnAlerts);

public sealed record PipelineSchedule(string Cron, string TimeZone);

/// <param name="EndedAt">Null while it is held back.</param>
public sealed record SkipRow(string Kind, string About, string Guard, string Reason, int Count, DateTimeOffset LastAt, DateTimeOffset? EndedAt);

public sealed record RunRow(
    string Id, [property: JsonConverter(typeof(NameOf))] string Pipeline, string State, double? Progress, string? RequestedBy, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt,
    string? Failure, DataVersionRef? DataVersion, VersionRef? Version, IReadOnlyList<Metric>? Metrics);
