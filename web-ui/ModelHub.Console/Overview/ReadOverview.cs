using System.Text.Json.Serialization;
using ModelHub.Console.Graph;
using ModelHub.Console.Live;

namespace ModelHub.Console.Overview;

internal static class ReadOverview
{
    public static readonly Operation<NoVariables, ReadOverviewData> Operation = new(
        "ReadOverview",
        Documents.ReadOverview,
        GraphJson.Default.GraphRequestNoVariables,
        GraphJson.Default.GraphResponseReadOverviewData);
}

public sealed record ReadOverviewData(
    IReadOnlyList<OverviewEnvironment> Environments, Nodes<OverviewEndpoint> Endpoints, OverviewWaiting Waiting, Nodes<OverviewPromotion> Moving,
    IReadOnlyList<OverviewNode> InferenceNodes, Nodes<NameOnly> Models, Nodes<LiveEvent> Events);

public sealed record OverviewEnvironment(string Name, int Rank, int ApprovalsRequired);

public sealed record OverviewEndpoint(
    string Id, [property: JsonConverter(typeof(NameOf))] string Model, [property: JsonConverter(typeof(NameOf))] string Environment, IReadOnlyList<OverviewVariant> Variants, IReadOnlyList<OverviewPlacement> Placements);

public sealed record OverviewVariant([property: JsonConverter(typeof(NumberOf))] int Version, string Role, double? Weight, OverviewTraffic? Traffic);

public sealed record OverviewTraffic(long Requests, long Errors, double? P99Ms);

public sealed record OverviewPlacement(string State, bool Wanted, VersionNumber? Version);

public sealed record OverviewWaiting(IReadOnlyList<OverviewPromotion> Nodes, long? TotalCount);

public sealed record OverviewPromotion(
    string Id, [property: JsonConverter(typeof(NameOf))] string Environment, string? State, string? RequestedBy, DateTimeOffset RequestedAt, VersionRef Version);

public sealed record OverviewNode(string Name, string State);
