using ModelHub.Domain.Gates;

namespace ModelHub.Api.Environments;

/// <summary>A recorded promotion that the draft would have decided differently.</summary>
/// <param name="Then">What its gates said together.</param>
/// <param name="Now">What those of the draft say.</param>
/// <param name="Because">The gates that make the difference.</param>
internal sealed record BacktestDifference(
    [property: ID<Promotion>] PromotionId Promotion, string Model, int Version, DateTimeOffset RequestedAt, PromotionState State, Verdict Then, Verdict Now,
    IReadOnlyList<GateOutcome> Because);

/// <summary>What a draft would have decided differently, judged on what was recorded; nothing was written.</summary>
/// <param name="Differences">The newest ones.</param>
/// <param name="LeftOff">How many more there are.</param>
internal sealed record PolicyBacktest(string PolicyDigest, DateTimeOffset Since, DateTimeOffset Until, BacktestSums Sums, IReadOnlyList<BacktestDifference> Differences, int LeftOff);

[ObjectType<BacktestSums>]
[Authorize(nameof(Permission.Read))]
internal static class BacktestSumsFields;

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class BacktestPolicyQuery
{
    public const int MostPromotions = 25_000;
    public const int MostDifferences = 1_000;

    private static readonly TimeSpan Year = TimeSpan.FromDays(366);

    /// <summary>Runs a draft over the promotions into an environment that the caller may see, judged on the facts and evidence stored with them.</summary>
    /// <param name="draft">Left out: the policy that stands.</param>
    /// <param name="since">Left out: a year before its end.</param>
    /// <param name="until">Left out: now.</param>
    /// <param name="first">How many differences are shown, the newest first.</param>
    [Cost(200)]
    public static async Task<PolicyBacktest> BacktestPolicyAsync(
        string environment, PolicyInput? draft, DateTimeOffset? since, DateTimeOffset? until, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct,
        int first = 100)
    {
        var (place, policy) = await db.ReadDraftAsync(environment, draft, ct);
        var end = until ?? time.GetUtcNow();
        var start = since ?? end - Year;
        if (end - start > Year || end < start)
            throw Drafts.Refused(new InvalidInput("since", "before until, by at most 366 days"));
        if (first is < 0 or > MostDifferences)
            throw Drafts.Refused(new InvalidInput("first", $"0 to {MostDifferences}"));
        var promotions = db.Promotions.AsNoTracking().VisibleTo(caller, p => p.Version.Model.Name)
            .Where(p => p.EnvironmentId == place.Id && p.RequestedAt >= start && p.RequestedAt < end);
        if (await promotions.Take(MostPromotions + 1).CountAsync(ct) > MostPromotions)
            throw Drafts.Refused(new InvalidInput("since", $"a span with at most {MostPromotions} promotions"));

        var (sums, differences) = (new BacktestSums(), new Queue<BacktestDifference>());
        await foreach (var recorded in db.ReadRecordedAsync(promotions, ct))
        {
            var one = Backtest.Run(policy, recorded);
            sums.Add(one);
            if (one.Differs)
                differences.Enqueue(Show(one));
            if (differences.Count > first)
                differences.Dequeue();
        }
        return new(policy.DigestOf(), start, end, sums, [.. differences.Reverse()], sums.Promotions - sums.Same - differences.Count);
    }

    private static BacktestDifference Show(BacktestCase one)
        => new(one.Promotion.Id, one.Promotion.Model, one.Promotion.Version, one.Promotion.RequestedAt, one.Promotion.State, one.Then, one.Now, one.Because);
}
