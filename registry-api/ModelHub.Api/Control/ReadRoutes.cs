using ModelHub.Database.Monitoring;
using ModelHub.Domain.Experiments;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Shadows;
using ModelHub.Protocol;
using PlacementState = ModelHub.Domain.Rollouts.PlacementState;
using ProtocolRole = ModelHub.Protocol.VariantRole;
using RouteEndpoint = ModelHub.Protocol.RouteEndpoint;

namespace ModelHub.Api.Control;

/// <summary>Reads the routing table.</summary>
internal static class ReadRoutes
{
    public static async Task<RouteEndpoint[]> Async(ModelHubDb db, CancellationToken ct)
    {
        var variants = await db.Variants.AsNoTracking().Where(v => v.ValidTo == null)
            .Select(v => new
            {
                v.Id,
                v.EndpointId,
                v.VersionId,
                v.Version.Number,
                v.Role,
                v.Weight,
                v.SamplingPercent,
                Environment = v.Endpoint.Environment.Name,
                Model = v.Endpoint.Model.Name,
                v.Endpoint.Traffic,
                v.Endpoint.Ledger,
                v.Endpoint.LedgerKey,
                v.Endpoint.Monitoring,
            }).ToListAsync(ct);
        var holders = (await db.Placements.AsNoTracking().Where(p => p.State == PlacementState.Ready && p.Wanted && p.RetiredAtRoutes == null)
            .Select(p => new { p.EndpointId, p.VersionId, p.NodeId, p.Node.Address, p.Node.GrpcAddress, p.Node.State }).ToListAsync(ct))
            .ToLookup(p => (p.EndpointId, p.VersionId), p => new Holder(p.NodeId.Value, p.Address, p.GrpcAddress, p.State));
        var compared = await db.ShadowTests.AsNoTracking().Where(t => ShadowTestStates.Open.Contains(t.State)).Select(t => new { t.VariantId, t.Options })
            .ToDictionaryAsync(t => t.VariantId, t => t.Options, ct);
        var running = await db.Experiments.AsNoTracking().Where(e => e.State == ExperimentState.Running).Select(e => new { e.Id, e.EndpointId, e.Options, e.Salt })
            .ToDictionaryAsync(e => e.EndpointId, e => Dealt(e.Id, e.Options, e.Salt), ct);
        var sketches = new RoutedSketches(await ReadBaselines.RunAsync(db, [.. variants.Select(v => v.VersionId)], ct));
        return
        [
            .. variants.GroupBy(v => (v.EndpointId, v.Environment, v.Model)).OrderBy(g => g.Key.Environment, StringComparer.Ordinal).ThenBy(g => g.Key.Model, StringComparer.Ordinal)
                .Select(g => new RouteEndpoint(g.Key.EndpointId.Value, g.Key.Environment, g.Key.Model,
                [
                    .. g.OrderBy(v => v.Id.Value).Select(v => new RouteVariant(
                        v.Id.Value, v.VersionId.Value, v.Number, (ProtocolRole)v.Role, v.Weight ?? 0, Reachable([.. holders[(v.EndpointId, v.VersionId)]]), v.SamplingPercent,
                        Compare(compared.GetValueOrDefault(v.Id), v.Ledger), v.Role == Domain.Rollouts.VariantRole.Shadow ? null : sketches.Of(v.VersionId, v.Monitoring))),
                ], Rules(g.First().Traffic, g.Any(v => v.Role == Domain.Rollouts.VariantRole.Canary)), running.GetValueOrDefault(g.Key.EndpointId), Ledger(g.First().Ledger, g.First().LedgerKey))),
        ];
    }

    /// <summary>
    /// Ready nodes. When there is none, those that were ready when they were lost: only their stream may be gone, and a router that
    /// tries in vain is no worse off than one that does not try.
    /// </summary>
    private static RouteNode[] Reachable(IReadOnlyList<Holder> holders)
    {
        var ready = holders.Where(holder => holder.State == NodeState.Ready).ToList();
        return [.. (ready.Count > 0 ? ready : holders.Where(holder => holder.State == NodeState.Lost)).OrderBy(holder => holder.Id).Select(holder => new RouteNode(holder.Id, holder.Address, holder.GrpcAddress))];
    }

    /// <summary>What the ledger redacts or hashes stands in no example either, and nothing is told by its values.</summary>
    private static RouteComparison? Compare(ShadowOptions? options, LedgerPolicy? ledger)
    {
        if (options is null)
            return null;
        var hidden = ledger is null ? HiddenFields.None : HiddenFields.Of([ledger]);
        string[] redacted = [.. options.Redacted.Union([.. ledger?.Redacted ?? [], .. ledger?.Hashed ?? []], StringComparer.OrdinalIgnoreCase)];
        return new(
            options.Tolerance.Absolute, options.Tolerance.Relative, options.Segment is { } segment && hidden.Hides(segment) ? null : options.Segment,
            redacted.Length == 0 ? null : redacted);
    }

    /// <summary>While a version is tried out nobody shall notice when it fails: the primary answers instead, unless somebody has said otherwise.</summary>
    private static Protocol.TrafficRules? Rules(Domain.Rollouts.TrafficRules? rules, bool hasCanary) => rules is null ? hasCanary ? new(CanaryFallsBack: true) : null : new(
        rules.Sticky is { } sticky ? Key(sticky) : null,
        rules.CanaryFallsBack, ReadKeys.Limit(rules.Limit), rules.HoldMilliseconds, rules.ReachNodes());

    private static RouteExperiment Dealt(ExperimentId id, ExperimentOptions options, byte[] salt) =>
        new(id.Value, Key(options.Key), salt, options.Metric is { Source: MetricSource.Answer } metric ? new(metric.Output!, metric.Class) : null);

    private static RouteLedger? Ledger(LedgerPolicy? policy, byte[]? key) => policy is null ? null : new(
        policy.Share, policy.PerSecond, policy.Bytes, Named(policy.Redacted), Named(policy.Hashed), policy.Hashed.Count == 0 ? null : key);

    private static string[]? Named(IReadOnlyList<string> fields) => fields.Count == 0 ? null : [.. fields];

    private static Protocol.StickyKey Key(Domain.Rollouts.StickyKey key) => new((Protocol.StickySource)key.Source, key.Name);

    private readonly record struct Holder(Guid Id, string Address, string? GrpcAddress, NodeState State);
}
