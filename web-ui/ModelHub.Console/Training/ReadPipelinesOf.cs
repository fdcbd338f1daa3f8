using System.Text.Json.Serialization;
using ModelHub.Console.Access;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Training;

internal static class ReadPipelinesOf
{
    public static readonly Operation<ReadPipelinesOfVariables, ReadPipelinesOfData> Operation = new(
        "ReadPipelinesOf",
        Documents.ReadPipelinesOf,
        GraphJson.Default.GraphRequestReadPipelinesOfVariables,
        GraphJson.Default.GraphResponseReadPipelinesOfData);
}

internal sealed record ReadPipelinesOfVariables(string Model);

public sealed record ReadPipelinesOfData(Nodes<PipelineOf> Pipelines, Me Me);

/// <summary>What makes versions of a model, with its newest run and what holds the next one back.</summary>
public sealed record PipelineOf(
    string Name, [property: JsonConverter(typeof(NameOf))] string? Dataset, RetrainingOf? Triggers, Nodes<NewestRun> Runs, WantedRun? Wanted, Nodes<SkipRow> Skips)
{
    public LedgerOf? Ledger => Triggers?.Ledger;

    public NewestRun? Run => Runs.Items is [var run, ..] ? run : null;

    public SkipRow? Held => Skips.Items.FirstOrDefault(skip => skip.EndedAt is null);
}

/// <summary>Asked for, and not there yet.</summary>
public sealed record WantedRun(string By, DateTimeOffset At);

public sealed record RetrainingOf(LedgerOf? Ledger, PromoteOf? Promote);

public sealed record LedgerOf(string Environment, string Window, int MinimumRows)
{
    public TimeSpan Span => System.Xml.XmlConvert.ToTimeSpan(Window);
}

public sealed record PromoteOf(string Environment);

public sealed record NewestRun(
    string Id, string State, double? Progress, DateTimeOffset RequestedAt, string? RequestedBy, string? Failure, IReadOnlyList<RunCause> Causes, TrainedOn? DataVersion, VersionRef? Version)
{
    /// <summary>The person who wanted it, though the worker asked for it.</summary>
    public string? WantedBy => Causes.FirstOrDefault(cause => cause.Kind == "BY_HAND")?.About ?? RequestedBy;
}

public sealed record RunCause(string Kind, string About);

public sealed record TrainedOn([property: JsonConverter(typeof(NameOf))] string Dataset, int Number, long? RowCount);
