using System.Text.Json.Serialization;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Endpoints;

internal static class ListEndpoints
{
    public static readonly Operation<ListEndpointsVariables, ListEndpointsData> Operation = new(
        "ListEndpoints",
        Documents.ListEndpoints,
        GraphJson.Default.GraphRequestListEndpointsVariables,
        GraphJson.Default.GraphResponseListEndpointsData);
}

internal sealed record ListEndpointsVariables(int? First, string? After, int? Last, string? Before);

public sealed record ListEndpointsData(Connection<EndpointRow> Endpoints);

public sealed record EndpointRow(
    string Id, [property: JsonConverter(typeof(NameOf))] string Model, [property: JsonConverter(typeof(NameOf))] string Environment, string? Url, long Revision, PrimaryVersion? Primary, IReadOnlyList<EndpointRowVariant> Variants,
    IReadOnlyList<EndpointRowPlacement> Placements);

public sealed record PrimaryVersion([property: JsonConverter(typeof(NumberOf))] int Version);

public sealed record EndpointRowVariant(
    string Id, [property: JsonConverter(typeof(NumberOf))] int Version, string Role, double? Weight, TrafficWindow? Traffic);

public sealed record EndpointRowPlacement(string State, bool Wanted, VersionNumber? Version);

/// <summary>What the routers measured in the last minute.</summary>
public sealed record TrafficWindow(long Requests, long Errors, double? P50Ms, double? P99Ms, DateTimeOffset? Since);
