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
    IReadOnlyList<Parameter>? Parameters, IReadOnlyList<LogLine> Log, RunOperation? Operation);

public sealed record RunOperation(string Id, int Attempts);
