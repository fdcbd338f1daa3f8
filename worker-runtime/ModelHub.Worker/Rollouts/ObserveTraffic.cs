using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Rollouts;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Domain.Shadows;
using ModelHub.Worker.Configuration;

namespace ModelHub.Worker.Rollouts;

/// <summary>Reads what a stage, or a watch, is judged on: the windows of candidate and primary, whether any is missing, and what was answered.</summary>
/// <remarks>A router that is not heard of is waited for: it may serve a canary on, so that its windows are missed.</remarks>
internal sealed class ObserveTraffic(WorkerOptions options)
{
    private readonly TrafficMemory memory = new();
    private readonly PredictionMemory predictions = new();
    private readonly QualityMemory quality = new();

    /// <summary>Null in any other state, and where nothing takes traffic.</summary>
    /// <param name="shadow">The last shadow test that was opened for it; null without.</param>
    public async Task<StageFacts?> ReadAsync(ModelHubDb db, Promotion promotion, ShadowTest? shadow, DateTimeOffset now, CancellationToken ct)
    {
        if (promotion.StageEnteredAt is not { } entered) return null;
        var (candidate, primary) = promotion.State switch
        {
            PromotionState.RollingOut => (promotion.Endpoint.Canary(), promotion.Endpoint.Primary()),
            PromotionState.Watching => (promotion.Endpoint.Primary(), null),
            _ => (null, null),
        };
        if (candidate is null || candidate.VersionId != promotion.VersionId || Asked(promotion) is not { } asked) return null;

        // By the database's clock from the moment that the last router told, which is what windows are held against.
        var since = promotion.StageBeganAt ?? entered;
        var routers = await db.Routers.AsNoTracking().Where(r => r.State == RouterState.Ready || r.LastSeenAt > now - options.LostRouter).Select(r => new { r.Id, r.Name }).ToListAsync(ct);
        var coverage = (await memory.CoverageAsync(db, promotion.Id, since, ct)).ToDictionary(c => RouterId.From(c.Router));
        var told = routers.Where(r => coverage.ContainsKey(r.Id)).Select(r => coverage[r.Id]).ToList();
        var from = told.Count == 0 ? since : told.Max(c => c.From);
        Guid[] variants = primary is null ? [candidate.Id.Value] : [candidate.Id.Value, primary.Id.Value];
        var (whole, last) = await memory.SumAsync(db, promotion.Id, variants, since, from, ct);
        var missing = routers.Select(r => coverage.TryGetValue(r.Id, out var of) ? Off(r.Name, of, now) : $"windows of router {r.Name}").OfType<string>();
        if (routers.Count == 0) missing = ["a router"];
        var said = asked.Limits.MaxPredictionShift is null || primary is null ? null : await predictions.SaidAsync(db, promotion.Id, candidate.Id, primary.Id, from, ct);
        return new(asked.Limits, asked.Samples, asked.Hold, promotion.StageBeganAt, from,
            told.Count == routers.Count && told.Count > 0 ? told.Min(c => c.Until) : null,
            Sum(whole), Sum(Recent(last).ToLookup(w => w.Variant, w => w.Sum)), [.. missing],
            said, asked.Limits.MinAgreement is null ? null : await AgreedAsync(db, promotion, shadow, ct),
            asked.Limits.AskForQuality ? await quality.ReadAsync(db, promotion, primary?.VersionId, since, now, ct) : null,
            [.. StageFacts.LatestTimes.Select(time => Sum(Latest(last, time).ToLookup(w => w.Variant, w => w.Sum)))]);

        Compared Sum(ILookup<Guid, TrafficSum> of) => new(Total(of[candidate.Id.Value]), primary is null ? null : Total(of[primary.Id.Value]));
    }

    /// <summary>What the comparison beside this stage has found; one of an earlier stage counts no more.</summary>
    private static async Task<Agreed?> AgreedAsync(ModelHubDb db, Promotion promotion, ShadowTest? shadow, CancellationToken ct) =>
        shadow is { Options.Accompanies: true } && shadow.StartedAt >= promotion.StageEnteredAt ? Agreed.Of(shadow.Found ?? await db.FoundAsync(shadow.Id, ct)) : null;

    private static (StageLimits Limits, int Samples, TimeSpan Hold)? Asked(Promotion promotion) => promotion.CurrentStage() switch
    {
        Stage.Canary canary => (canary.Limits, canary.MinimumSamples, canary.Hold),
        _ when promotion is { State: PromotionState.Watching, Watch: { } watch } => (watch.Limits, Promotion.WatchSamples, watch.Time),
        _ => null,
    };

    private static string? Off(string router, RouterCoverage of, DateTimeOffset now) =>
        of.AheadSeconds is { } ahead ? FormattableString.Invariant($"windows of router {router}, whose clock is {Math.Abs(ahead):0.#} s {(ahead > 0 ? "ahead" : "behind")}")
        : now - of.Until > StageJudgement.Fresh ? FormattableString.Invariant($"windows of router {router} after {of.Until:HH:mm:ss}")
        : null;

    private static IEnumerable<SeenWindow> Recent(IReadOnlyList<SeenWindow> windows)
    {
        if (windows.Count == 0) return [];
        var after = windows.Max(w => w.End) - StageFacts.RecentTime;
        return windows.Where(w => w.Start >= after);
    }

    /// <summary>The newest window of each router, by its own clock, and those that began so long before its end.</summary>
    private static IEnumerable<SeenWindow> Latest(IReadOnlyList<SeenWindow> windows, TimeSpan time) => windows.GroupBy(w => w.Router).SelectMany(router =>
    {
        var end = router.Max(w => w.End);
        return router.Where(w => w.End == end || w.Start >= end - time);
    });

    private static TrafficSum Total(IEnumerable<TrafficSum> sums) => sums.Aggregate(TrafficSum.None, (sum, next) => sum.Plus(next));
}
