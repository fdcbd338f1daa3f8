using System.Text.Json;
using System.Text.Json.Serialization;
using ModelHub.Console.Access;
using ModelHub.Console.Graph;
using ModelHub.Console.Live;

namespace ModelHub.Console.Training;

internal static class ReadRun
{
    public static readonly Operation<ReadRunVariables, ReadRunData> Operation = new(
        "ReadRun",
        Documents.ReadRun,
        GraphJson.Default.GraphRequestReadRunVariables,
        GraphJson.Default.GraphResponseReadRunData);
}

internal sealed record ReadRunVariables(string Id);

public sealed record ReadRunData(RunDetail? TrainingRun, Me Me);

public sealed record RunDetail(
    string Id, [property: JsonConverter(typeof(NameOf))] string Pipeline, string State, double? Progress, string? RequestedBy, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt,
    string? Failure, DataVersionRef? DataVersion, VersionRef? Version, VersionRef? ParentVersion, IReadOnlyList<Metric>? Metrics,
    IReadOnlyList<Parameter>? Parameters, IReadOnlyList<LogLine> Log, RunOperation? Operation,
    JsonElement? Definition, int? BestTrial, DateTimeOffset? SearchUntil, TrialPage Trials, Evaluation? Evaluation);

public sealed record RunOperation(string Id, int Attempts, string? Message);

public sealed record TrialPage(int TotalCount, IReadOnlyList<Trial> Nodes);

/// <param name="Rung">From 0.</param>
/// <param name="Metric">At the highest rung that it has a result of.</param>
public sealed record Trial(
    int Number, string State, int Rung, double? Metric, JsonElement Parameters, IReadOnlyList<TrialResult> Results, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, string? Failure)
{
    /// <summary>Rung and metric of the highest result.</summary>
    public TrialResult? Last => Results.Count > 0 ? Results[^1] : null;
}

public sealed record TrialResult(int Rung, int Rows, double Metric);

/// <summary>The new version and the champion on the last rows, which the new one never saw.</summary>
/// <param name="Champion">The number of the version it was compared with; null when there was none.</param>
public sealed record Evaluation(
    int? Champion, long TrainedRows, long HeldOutRows, string? OrderedBy, string? From, string? Until, double Margin, string Verdict, string Reason, IReadOnlyList<HeldOutFigure> Figures);

/// <param name="Difference">How much better the new one is: positive is better.</param>
/// <param name="Lower">Of the 95 % interval.</param>
public sealed record HeldOutFigure(string Metric, double Challenger, double? Champion, double? Difference, double? Lower, double? Upper, string? Method);
