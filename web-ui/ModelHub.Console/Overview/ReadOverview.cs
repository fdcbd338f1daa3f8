using ModelHub.Console.Graph;
using ModelHub.Console.Live;

namespace ModelHub.Console.Overview;

internal static class ReadOverview
{
    public static readonly Operation<NoVariables, ReadOverviewData> Operation = new(
        "ReadOverview",
        """
        query ReadOverview {
          environments { name rank approvalsRequired }
          endpoints(first: 50) {
            nodes {
              id model environment
              variants { version role weight traffic { requests errors p99Ms } placements { state } }
            }
          }
          waiting: promotions(first: 10, where: { state: { eq: AWAITING_APPROVAL } }, order: [{ createdAt: ASC }]) {
            nodes { id environment requestedBy requestedAt version { model number } }
            totalCount
          }
          moving: promotions(first: 10, where: { state: { in: [REQUESTED, GATES_EVALUATING, PLACING, SHIFTING, WATCHING] } }, order: [{ createdAt: ASC }]) {
            nodes { id environment state requestedBy requestedAt version { model number } }
          }
          inferenceNodes { name state }
          models(first: 1) { totalCount }
          events(first: 12, order: [{ sequence: DESC }]) { nodes { sequence type subject actor at } }
        }
        """,
        GraphJson.Default.GraphRequestNoVariables,
        GraphJson.Default.GraphResponseReadOverviewData);
}

public sealed record ReadOverviewData(
    IReadOnlyList<OverviewEnvironment> Environments, Nodes<OverviewEndpoint> Endpoints, OverviewWaiting Waiting, Nodes<OverviewPromotion> Moving,
    IReadOnlyList<OverviewNode> InferenceNodes, TotalOnly Models, Nodes<LiveEvent> Events);

public sealed record OverviewEnvironment(string Name, int Rank, int ApprovalsRequired);

public sealed record OverviewEndpoint(string Id, string Model, string Environment, IReadOnlyList<OverviewVariant> Variants);

public sealed record OverviewVariant(int Version, string Role, double? Weight, OverviewTraffic? Traffic, IReadOnlyList<StateOnly> Placements);

public sealed record OverviewTraffic(long Requests, long Errors, double? P99Ms);

public sealed record StateOnly(string State);

public sealed record OverviewWaiting(IReadOnlyList<OverviewPromotion> Nodes, long? TotalCount);

public sealed record OverviewPromotion(
    string Id, string Environment, string? State, string? RequestedBy, DateTimeOffset RequestedAt, VersionRef Version);

public sealed record OverviewNode(string Name, string State);
