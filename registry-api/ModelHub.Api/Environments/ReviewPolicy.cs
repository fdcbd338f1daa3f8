using ModelHub.Domain.Gates;

namespace ModelHub.Api.Environments;

/// <summary>What a draft says of a promotion that is under way and does not have all of the traffic yet.</summary>
/// <param name="Verdict">Of all gates of the draft together, now.</param>
/// <param name="Because">The gates that do not pass.</param>
/// <param name="Approved">How many people have approved so far.</param>
/// <param name="ApprovalsNeeded">How many it would need: what was asked for when it was opened, or more.</param>
internal sealed record ReviewedPromotion(
    [property: ID<Promotion>] PromotionId Promotion, string Model, int Version, PromotionState State, Verdict Verdict, IReadOnlyList<GateJudgement> Because,
    int Approved, int ApprovalsNeeded);

/// <summary>What would become of the promotions under way if a draft stood. Nothing was written, and nobody was asked.</summary>
/// <param name="Changes">Whether the draft says anything that the policy that stands does not.</param>
/// <param name="Promotions">Those that the draft would judge, the oldest first.</param>
/// <param name="LeftOff">How many more there are.</param>
/// <param name="Freezing">The freeze of the draft that would hold them now; null: none.</param>
internal sealed record PolicyReview(string PolicyDigest, bool Changes, IReadOnlyList<ReviewedPromotion> Promotions, int LeftOff, Freezing? Freezing);

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class ReviewPolicyQuery
{
    public const int MostPromotions = 100;

    /// <summary>Judges the promotions into an environment that are under way, and that the caller may see, by a draft of its policy.</summary>
    /// <param name="draft">Left out: the policy that stands.</param>
    /// <param name="first">How many promotions are judged, the oldest first.</param>
    [Cost(200)]
    public static async Task<PolicyReview> ReviewPolicyAsync(
        string environment, PolicyInput? draft, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct, int first = 20)
    {
        if (first is < 0 or > MostPromotions)
            throw Drafts.Refused(new InvalidInput("first", $"0 to {MostPromotions}"));
        var (place, policy) = await db.ReadDraftAsync(environment, draft, ct);
        var now = time.GetUtcNow();
        // Once it has all of the traffic no gate is asked again.
        PromotionState[] judged = [.. PromotionStates.Open.Where(state => state < PromotionState.Shifting)];
        var open = db.Promotions.AsNoTracking().VisibleTo(caller, p => p.Version.Model.Name).Where(p => p.EnvironmentId == place.Id && judged.Contains(p.State));

        var reviewed = new List<ReviewedPromotion>();
        foreach (var promotion in await open.Include(p => p.Version.Model).OrderBy(p => p.RequestedAt).ThenBy(p => p.Id).Take(first).ToListAsync(ct))
            reviewed.Add(await ReviewAsync(db, promotion, place, policy, now, ct));
        return new(policy.DigestOf(), policy.DigestOf() != place.Policy.DigestOf(), reviewed, await open.CountAsync(ct) - reviewed.Count, policy.Freeze?.At(now));
    }

    private static async Task<ReviewedPromotion> ReviewAsync(ModelHubDb db, Promotion promotion, Environment place, Policy policy, DateTimeOffset now, CancellationToken ct)
    {
        var champion = await db.Variants.AsNoTracking()
            .Where(v => v.EndpointId == promotion.EndpointId && v.Role == VariantRole.Primary && v.ValidTo == null)
            .Select(v => v.Version).SingleOrDefaultAsync(ct);
        var facts = await db.ReadGateFactsAsync(promotion.Version, champion, place, now, ct);
        GateJudgement[] gates = [.. facts.Inputs(policy).Select(GateJudgement.Of)];
        var approved = await db.Approvals.CountAsync(a => a.PromotionId == promotion.Id && a.Decision == ApprovalDecision.Approve, ct);
        return new(
            promotion.Id, promotion.Version.Model.Name, promotion.Version.Number, promotion.State, gates.Select(g => g.Verdict).Together(),
            [.. gates.Where(g => g.Verdict != Verdict.Pass)], approved, Math.Max(promotion.ApprovalsRequired, policy.Approvals));
    }
}
