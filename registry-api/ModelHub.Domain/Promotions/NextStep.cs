using ModelHub.Domain.Gates;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Promotions;

public sealed partial class Promotion
{
    /// <summary>How many nodes hold a version that takes traffic, when that many are there and nothing scales it.</summary>
    public const int Replicas = 2;

    /// <summary>How long gates may stay inconclusive before the promotion is refused.</summary>
    public static readonly TimeSpan GatesDeadline = TimeSpan.FromHours(24);

    /// <summary>How long loading and warming may take.</summary>
    public static readonly TimeSpan PlacingDeadline = TimeSpan.FromMinutes(15);

    /// <summary>Windows come a little after the time they tell of; a watch that has none by then ends without a verdict.</summary>
    public static readonly TimeSpan WatchGrace = TimeSpan.FromSeconds(10);

    /// <summary>Fewer requests say nothing of a version at the end of its watch.</summary>
    public const int WatchSamples = 20;

    /// <summary>How long the predecessor stays loaded after it lost the traffic.</summary>
    public static readonly TimeSpan KeepWarm = TimeSpan.FromHours(1);

    /// <summary>Facts in, the next step out. The same facts give the same step, so a loop may be killed at any line and run again.</summary>
    public PromotionStep Next(PromotionFacts facts, DateTimeOffset now) => State switch
    {
        PromotionState.Requested => new PromotionStep.EvaluateGates(),
        PromotionState.GatesEvaluating => NextFromGates(facts, now),
        PromotionState.AwaitingApproval => NextFromApproval(facts, now),
        PromotionState.Placing => NextFromPlacing(facts, now),
        PromotionState.RollingOut => NextFromStage(facts, now),
        PromotionState.Shifting => NextFromShifting(facts),
        PromotionState.Watching => NextFromWatch(facts, now),
        _ => new PromotionStep.Wait("nothing: it has ended"),
    };

    private PromotionStep NextFromGates(PromotionFacts facts, DateTimeOffset now)
    {
        if (NextFromUnmet(facts, unmet => new PromotionStep.Refuse(unmet), now - RequestedAt >= GatesDeadline, now) is { } first)
            return first;
        return IsApproved(facts) ? StartOrWait(facts) : new PromotionStep.AwaitApproval();
    }

    private PromotionStep NextFromApproval(PromotionFacts facts, DateTimeOffset now)
    {
        if (!IsUpToDate(facts, now))
            return new PromotionStep.EvaluateGates();
        return IsApproved(facts) ? StartOrWait(facts) : new PromotionStep.Wait("approval");
    }

    private PromotionStep StartOrWait(PromotionFacts facts) =>
        HoldingFreeze(facts) is { } freeze ? new PromotionStep.Wait($"the end of {freeze}") : new PromotionStep.StartPlacing();

    /// <summary>A freeze holds whatever has no traffic yet, unless somebody answers for going on.</summary>
    private string? HoldingFreeze(PromotionFacts facts) => FreezeOverride is null ? facts.Frozen : null;

    private PromotionStep NextFromPlacing(PromotionFacts facts, DateTimeOffset now)
    {
        var holders = facts.Placements.Where(p => p.Wanted).Select(p => p.Node).ToHashSet();
        var late = now - Since(PromotionState.Placing) > PlacingDeadline;
        if (PlacementChoice.Choose(facts.Nodes, holders, facts.Bytes, facts.Replicas).IsRefused(out var refusal, out var chosen))
            return late ? new PromotionStep.Fail(refusal.Message) : new PromotionStep.Wait(refusal.Message);

        // A retired placement is loaded, but no router would be told of it: it has to be wanted again.
        var there = facts.Placements.Where(p => p is { Wanted: true, Retired: null } && chosen.Contains(p.Node)).ToList();
        if (there.Count < chosen.Count)
            return new PromotionStep.Place(chosen);
        if (there.FirstOrDefault(p => p.State == PlacementState.Failed) is { } failed)
            return new PromotionStep.Fail($"it cannot be loaded: {failed.Failure ?? "no reason given"}");
        if (!there.All(p => p.State == PlacementState.Ready))
            return late ? new PromotionStep.Fail("it was not ready in time") : new PromotionStep.Wait("nodes that load and warm it");
        if (HoldingFreeze(facts) is { } freeze)
            return new PromotionStep.Wait($"the end of {freeze}");
        if (PausedAt is not null)
            return new PromotionStep.Wait("somebody who resumes it");
        // The policy may have changed, and evidence expired, while it was loaded.
        if (NextFromUnmet(facts, unmet => new PromotionStep.Fail(unmet), late, now) is { } first)
            return first;
        // Stages compare with what answers now; where nothing does, nobody is served worse by all at once.
        return facts.HasPrimary ? Enter(0, null) : new PromotionStep.Shift();
    }

    /// <summary>Nothing is loaded and no traffic moves without unexpired evidence of every gate under the policy that stands now: what comes first when there is none; null when there is.</summary>
    /// <param name="end">Of a gate that fails, with what is unmet.</param>
    /// <param name="late">What cannot be judged is waited for no longer.</param>
    private static PromotionStep? NextFromUnmet(PromotionFacts facts, Func<string, PromotionStep> end, bool late, DateTimeOffset now)
    {
        if (!IsUpToDate(facts, now))
            return new PromotionStep.EvaluateGates();
        var latest = Latest(facts);
        if (Names(latest, Verdict.Fail) is { Length: > 0 } failed)
            return end(new GatesUnmet(failed).Message);
        if (Names(latest, Verdict.Inconclusive) is { Length: > 0 } open)
            return late ? end(new GatesUnmet(open).Message) : new PromotionStep.Wait($"inconclusive: {string.Join(", ", open)}");
        return null;
    }

    private PromotionStep NextFromShifting(PromotionFacts facts)
    {
        if (facts.Routers.All(r => r.State != RouterState.Ready))
            return new PromotionStep.Wait("a router");
        return ObeyedSince(facts) is { } at ? new PromotionStep.Complete(at) : new PromotionStep.Wait("routers that switch");
    }

    /// <summary>As many as were asked for when it was opened, or more when the policy asks for more now.</summary>
    private bool IsApproved(PromotionFacts facts) =>
        approvals.Count(a => a.Decision == ApprovalDecision.Approve) >= Math.Max(ApprovalsRequired, facts.Approvals);

    private DateTimeOffset Since(PromotionState state) => Steps.Last(s => s.Name == state).At;

    /// <summary>The last word of each gate that stands now.</summary>
    private static IReadOnlyList<GateEvidence> Latest(PromotionFacts facts) =>
        [.. facts.Gates.Select(g => facts.Evidence.Where(e => e.Gate == g.Gate).MaxBy(e => (e.EvaluatedAt, e.Id.Value))).OfType<GateEvidence>()];

    /// <summary>Every gate has evidence that is not expired, was judged under this policy, and says what the gate would say now.</summary>
    private static bool IsUpToDate(PromotionFacts facts, DateTimeOffset now) =>
        facts.Gates.All(gate => Latest(facts).Any(e => e.Gate == gate.Gate && e.StillStands(gate, facts.PolicyDigest, now)));

    private static string[] Names(IEnumerable<GateEvidence> evidence, Verdict verdict) =>
        [.. evidence.Where(e => e.Verdict == verdict).Select(e => e.Gate)];
}
