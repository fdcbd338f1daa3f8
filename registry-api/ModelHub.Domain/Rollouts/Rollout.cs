using ModelHub.Domain.Models;
using ModelHub.Domain.Nodes;

namespace ModelHub.Domain.Rollouts;

/// <summary>Where the versions of an endpoint are loaded: keeps them on living nodes, moves them off draining ones, and unloads only what is no longer routed.</summary>
public static class Rollout
{
    public static PlacementChanges Next(RolloutFacts facts, DateTimeOffset now)
    {
        var want = new List<(VersionId, NodeId)>();
        var retire = new List<(VersionId, NodeId)>();
        var letGo = new List<(VersionId, NodeId)>();
        var kept = facts.Wanted.Where(w => w.KeepWarmUntil is null || now < w.KeepWarmUntil).ToList();

        foreach (var wanted in kept.Where(w => w.KeepWarmUntil is null))
        {
            var chosen = Chosen(facts, wanted);
            want.AddRange(chosen.Where(n => !facts.Placements.Any(p => p.Version == wanted.Version && p.Node == n && p is { Wanted: true, Retired: null }))
                .Select(n => (wanted.Version, n)));
            retire.AddRange(Replaced(facts, wanted, chosen).Select(n => (wanted.Version, n)));
        }

        var unwanted = facts.Placements.Where(p => p.Wanted && p.Retired is null && kept.All(w => w.Version != p.Version));
        retire.AddRange(unwanted.Select(p => (p.Version, p.Node)));
        letGo.AddRange(facts.Placements.Where(p => p.Wanted && p.Retired <= facts.RoutesObeyed).Select(p => (p.Version, p.Node)));
        return new PlacementChanges(want, retire, letGo.Where(p => !want.Contains(p)).ToList());
    }

    /// <summary>No room anywhere is no change: what is loaded stays.</summary>
    private static IReadOnlyList<NodeId> Chosen(RolloutFacts facts, WantedVersion wanted)
    {
        var mine = facts.Placements.Where(p => p.Version == wanted.Version && p.Wanted).ToLookup(p => p.State == PlacementState.Failed, p => p.Node);
        var failed = mine[true].ToHashSet();
        // A node on which it does not load is the last resort: another one may hold it meanwhile.
        var able = facts.Nodes.Where(n => n.Runs(wanted.Runtime)).ToLookup(n => failed.Contains(n.Id));
        if (PlacementChoice.Choose([.. able[false]], mine[false].ToHashSet(), wanted.Bytes, wanted.Replicas).IsRefused(out _, out var chosen)) chosen = [];
        if (chosen.Count == wanted.Replicas) return chosen;
        return PlacementChoice.Choose([.. able[true]], failed, wanted.Bytes, wanted.Replicas - chosen.Count).IsRefused(out _, out var others) ? chosen : [.. chosen, .. others];
    }

    /// <summary>Placements elsewhere go only when every chosen node is ready to answer; the last copy never goes before its replacement is there.</summary>
    private static IEnumerable<NodeId> Replaced(RolloutFacts facts, WantedVersion wanted, IReadOnlyList<NodeId> chosen)
    {
        var mine = facts.Placements.Where(p => p.Version == wanted.Version && p is { Wanted: true, Retired: null }).ToList();
        var covered = chosen.Count > 0 && chosen.All(n => mine.Any(p => p.Node == n && p.State == PlacementState.Ready));
        return covered ? mine.Select(p => p.Node).Where(n => !chosen.Contains(n)) : [];
    }
}
