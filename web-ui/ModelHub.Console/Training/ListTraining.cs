using ModelHub.Console.Graph;
using ModelHub.Console.Models;

namespace ModelHub.Console.Training;

internal static class ListTraining
{
    public static readonly Operation<ListTrainingVariables, ListTrainingData> Operation = new(
        "ListTraining",
        """
        query ListTraining($first: Int, $after: String, $last: Int, $before: String, $where: TrainingRunFilterInput) {
          pipelines(first: 50) { nodes { id name model trainer dataset } }
          trainingRuns(first: $first, after: $after, last: $last, before: $before, where: $where, order: [{ createdAt: DESC }]) {
            nodes {
              id pipeline state progress requestedBy startedAt endedAt failure
              dataVersion { dataset number }
              version { model number }
              metrics { name value }
            }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
            totalCount
          }
        }
        """,
        GraphJson.Default.GraphRequestListTrainingVariables,
        GraphJson.Default.GraphResponseListTrainingData);
}

internal sealed record ListTrainingVariables(int? First, string? After, int? Last, string? Before, RunFilter? Where);

internal sealed record RunFilter(StateFilter? State = null, TextFilter? Pipeline = null);

public sealed record ListTrainingData(Nodes<PipelineRow> Pipelines, Connection<RunRow> TrainingRuns);

public sealed record PipelineRow(string Id, string Name, string Model, string Trainer, string? Dataset);

public sealed record RunRow(
    string Id, string Pipeline, string State, double? Progress, string? RequestedBy, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt,
    string? Failure, DataVersionRef? DataVersion, VersionRef? Version, IReadOnlyList<Metric>? Metrics);
