using System.Text.Json.Serialization;
using ModelHub.Console.Access;
using ModelHub.Console.Graph;
using ModelHub.Console.Versions;

namespace ModelHub.Console.Endpoints;

internal static class ReadEndpoint
{
    public static readonly Operation<ReadEndpointVariables, ReadEndpointData> Operation = new(
        "ReadEndpoint",
        Documents.ReadEndpoint,
        GraphJson.Default.GraphRequestReadEndpointVariables,
        GraphJson.Default.GraphResponseReadEndpointData);
}

internal sealed record ReadEndpointVariables(string Model, string Environment);

public sealed record ReadEndpointData(EndpointDetail? Endpoint, Me Me);

public sealed record EndpointDetail(
    string Id, [property: JsonConverter(typeof(NameOf))] string Model, [property: JsonConverter(typeof(NameOf))] string Environment, string? Url, string? PredictUrl, long Revision, PrimaryVersion? Primary, CalledVersion? Called,
    IReadOnlyList<Variant> Variants, IReadOnlyList<Placement> Placements, Nodes<RoutingChange> History, Nodes<EndpointPromotion> Promotions);

/// <param name="Version">The one that answers now.</param>
public sealed record CalledVersion(CalledSignature Version);

public sealed record CalledSignature(Signature? Signature);

public sealed record Variant(
    string Id, [property: JsonConverter(typeof(NumberOf))] int Version, string Role, double? Weight, double? SamplingPercent, int? Replicas, TrafficWindow? Traffic);

public sealed record Placement(
    string State, bool Wanted, VersionNumber? Version, DateTimeOffset? UpdatedAt, [property: JsonConverter(typeof(NameOf))] string Node, PlacementFailure? LastFailure);

public sealed record PlacementFailure(string Reason, string? Message, DateTimeOffset? At);

public sealed record RoutingChange(DateTimeOffset At, string? Actor, string? Reason, IReadOnlyList<RoutedVariant> Variants);

public sealed record RoutedVariant(int Version, string Role, double? Weight);

public sealed record EndpointPromotion(
    string Id, string State, string? RequestedBy, DateTimeOffset RequestedAt, double? TimeToLiveMs, VersionNumber Version);
