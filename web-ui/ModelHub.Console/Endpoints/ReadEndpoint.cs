using ModelHub.Console.Graph;
using ModelHub.Console.Access;

namespace ModelHub.Console.Endpoints;

internal static class ReadEndpoint
{
    public static readonly Operation<ReadEndpointVariables, ReadEndpointData> Operation = new(
        "ReadEndpoint",
        """
        query ReadEndpoint($model: String!, $environment: String!) {
          endpoint(model: $model, environment: $environment) {
            id model environment url predictUrl revision
            primary { version }
            variants {
              id version role weight samplingPercent replicas keepWarmUntil
              placements { state version updatedAt node { id name } lastFailure { reason message at } }
              traffic { requests errors p50Ms p99Ms since }
            }
            history(first: 20) { nodes { at actor reason variants { version role weight } } }
            promotions(first: 10) { nodes { id state requestedBy requestedAt timeToLiveMs version { number } } }
          }
          me { kind name bindings { role namespace environment } }
        }
        """,
        GraphJson.Default.GraphRequestReadEndpointVariables,
        GraphJson.Default.GraphResponseReadEndpointData);
}

internal sealed record ReadEndpointVariables(string Model, string Environment);

public sealed record ReadEndpointData(EndpointDetail? Endpoint, Me Me);

public sealed record EndpointDetail(
    string Id, string Model, string Environment, string? Url, string? PredictUrl, long Revision, PrimaryVersion? Primary,
    IReadOnlyList<Variant> Variants, Nodes<RoutingChange> History, Nodes<EndpointPromotion> Promotions);

public sealed record Variant(
    string Id, int Version, string Role, double? Weight, double? SamplingPercent, int? Replicas, DateTimeOffset? KeepWarmUntil,
    IReadOnlyList<Placement> Placements, TrafficWindow? Traffic);

public sealed record Placement(string State, int Version, DateTimeOffset? UpdatedAt, PlacementNode Node, PlacementFailure? LastFailure);

public sealed record PlacementNode(string Id, string Name);

public sealed record PlacementFailure(string Reason, string? Message, DateTimeOffset? At);

public sealed record RoutingChange(DateTimeOffset At, string? Actor, string? Reason, IReadOnlyList<RoutedVariant> Variants);

public sealed record RoutedVariant(int Version, string Role, double? Weight);

public sealed record EndpointPromotion(
    string Id, string State, string? RequestedBy, DateTimeOffset RequestedAt, double? TimeToLiveMs, VersionNumber Version);
