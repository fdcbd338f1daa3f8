using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Worker.Rollouts;

/// <summary>One variant of a scaled endpoint with the facts its number of replicas depends on.</summary>
internal sealed record ObservedVariant(EndpointId Endpoint, VariantId Variant, ScalingFacts Facts)
{
    public static async Task<IReadOnlyList<ObservedVariant>> ReadAsync(ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        var variants = await db.Variants.AsNoTracking().Where(v => v.ValidTo == null && v.Endpoint.Scaling != null)
            .Select(v => new { v.Id, v.EndpointId, v.VersionId, v.Replicas, v.ValidFrom, v.ScaledAt, v.Endpoint.Scaling }).ToListAsync(ct);
        if (variants.Count == 0) return [];

        var ids = variants.Select(v => v.Id).ToList();
        var endpoints = variants.Select(v => v.EndpointId).ToList();
        // A step that has not ended yet is not whole.
        var (since, until) = (now.AddSeconds(-variants.Max(v => v.Scaling!.ScaleDownSeconds) - VariantLoad.Seconds), now.AddSeconds(-VariantLoad.Seconds));
        var loads = (await db.VariantLoads.AsNoTracking().Where(l => ids.Contains(l.VariantId) && l.At >= since && l.At <= until).ToListAsync(ct)).ToLookup(l => l.VariantId);
        var holders = (await db.Placements.AsNoTracking()
            .Where(p => endpoints.Contains(p.EndpointId) && p.Wanted && p.RetiredAtRoutes == null && p.State == PlacementState.Ready && p.Node.State == NodeState.Ready)
            .Select(p => new { p.EndpointId, p.VersionId, p.Node.CpusUsed, p.Node.Cpus }).ToListAsync(ct)).ToLookup(p => (p.EndpointId, p.VersionId));
        var nodes = await db.Nodes.CountAsync(n => n.State == NodeState.Ready, ct);
        return [.. variants.Select(v =>
        {
            var mine = holders[(v.EndpointId, v.VersionId)].ToList();
            var cpu = mine.Where(h => h.Cpus > 0 && h.CpusUsed is not null).Select(h => (double?)(100 * h.CpusUsed!.Value / h.Cpus)).Average();
            return new ObservedVariant(v.EndpointId, v.Id, new(v.Scaling!, v.Replicas, mine.Count, nodes, cpu, v.ScaledAt ?? v.ValidFrom, Samples(loads[v.Id])));
        })];
    }

    private static IReadOnlyList<LoadSample> Samples(IEnumerable<VariantLoad> loads) =>
        [.. loads.GroupBy(l => l.At).OrderBy(g => g.Key).Select(g => new LoadSample(g.Key, g.Sum(l => l.Requests), g.Sum(l => l.Outstanding), g.Max(l => l.P99Ms)))];
}
