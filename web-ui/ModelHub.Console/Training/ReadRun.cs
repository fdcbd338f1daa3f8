using ModelHub.Console.Graph;
using System.Text.Json;
using ModelHub.Console.Access;
using ModelHub.Console.Live;

namespace ModelHub.Console.Training;

internal static class ReadRun
{
    public static readonly Operation<ReadRunVariables, ReadRunData> Operation = new(
        "ReadRun",
        """
        query ReadRun($id: ID!) {
          trainingRun(id: $id) {
            id pipeline state progress requestedBy startedAt endedAt failure
            dataVersion { dataset number }
            version { model number }
            parentVersion { model number }
            metrics { name value }
            parameters
            log { sequence at text }
            operation { id attempts }
          }
          me { kind name bindings { role namespace environment } }
        }
        """,
        GraphJson.Default.GraphRequestReadRunVariables,
        GraphJson.Default.GraphResponseReadRunData);
}

internal sealed record ReadRunVariables(string Id);

public sealed record ReadRunData(RunDetail? TrainingRun, Me Me);

public sealed record RunDetail(
    string Id, string Pipeline, string State, double? Progress, string? RequestedBy, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt,
    string? Failure, DataVersionRef? DataVersion, VersionRef? Version, VersionRef? ParentVersion, IReadOnlyList<Metric>? Metrics,
    JsonElement? Parameters, IReadOnlyList<LogLine> Log, RunOperation? Operation);

public sealed record RunOperation(string Id, int Attempts);
