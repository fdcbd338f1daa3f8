using ModelHub.Api.Models;
using ModelHub.Api.Nodes;

namespace ModelHub.Api.Rollouts;

[ObjectType<Variant>(Only = [
    nameof(Variant.Id), nameof(Variant.Role), nameof(Variant.Weight), nameof(Variant.SamplingPercent), nameof(Variant.Replicas), nameof(Variant.ValidFrom),
    nameof(Variant.KeepWarmUntil)])]
[Authorize(nameof(Permission.Read))]
internal static class VariantFields
{
    public static async Task<Version> GetVersionAsync([Parent] Variant variant, VersionById versions, CancellationToken ct)
        => (await versions.LoadAsync(variant.VersionId, ct))!;

    /// <summary>The nodes that hold it for this endpoint.</summary>
    public static async Task<IReadOnlyList<Placement>> GetPlacementsAsync([Parent] Variant variant, PlacementsOfEndpoint placements, CancellationToken ct)
        => [.. (await placements.LoadAsync(variant.EndpointId, ct)).Where(placement => placement.VersionId == variant.VersionId)];

    /// <summary>What routers counted in the last minute; null when none has reported.</summary>
    public static TrafficWindow? GetTraffic([Parent] Variant variant, RecentTraffic traffic) => traffic.Of(variant.Id);
}

[ObjectType<Placement>(Only = [
    nameof(Placement.State), nameof(Placement.Wanted), nameof(Placement.LastFailure), nameof(Placement.MemoryBytes), nameof(Placement.UpdatedAt)])]
[Authorize(nameof(Permission.Read))]
internal static class PlacementFields
{
    public static async Task<InferenceNode> GetNodeAsync([Parent] Placement placement, NodeById nodes, CancellationToken ct)
        => (await nodes.LoadAsync(placement.NodeId, ct))!;

    /// <summary>Null when the caller may not see the model.</summary>
    public static async Task<Version?> GetVersionAsync([Parent] Placement placement, Caller caller, VersionById versions, CancellationToken ct)
        => (await versions.LoadAsync(placement.VersionId, ct)).IfVisible(caller, version => version.Model.Name);
}
