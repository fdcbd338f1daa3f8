using ModelHub.Domain.Basics;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Models;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Shadows;

/// <summary>
/// Copies of an endpoint's requests go to a candidate, whose answers nobody gets: they are compared with the primary's. Alone or as a
/// stage of a promotion. Once ended, it keeps what was found and the findings it was judged by.
/// </summary>
public sealed partial class ShadowTest : IRevisioned
{
    /// <summary>How many candidates an endpoint carries at once: each costs a copy of the traffic.</summary>
    public const int MostAtOnce = 4;

    /// <summary>How long loading and warming may take.</summary>
    public static readonly TimeSpan PlacingDeadline = Promotion.PlacingDeadline;

    /// <summary>How long a candidate that passed stays loaded: who promotes it soon need not wait.</summary>
    public static readonly TimeSpan KeepWarm = TimeSpan.FromMinutes(15);

    private ShadowTest()
    {
    }

    public ShadowTestId Id { get; private set; }

    public EndpointId EndpointId { get; private set; }

    public Endpoint Endpoint { get; private set; } = null!;

    /// <summary>The candidate in its role under the endpoint; what routers tell of it is told by this id.</summary>
    public VariantId VariantId { get; private set; }

    public VersionId VersionId { get; private set; }

    public Models.Version Version { get; private set; } = null!;

    /// <summary>The version it is compared with: the one that had the traffic when the test began. Another one ends the test.</summary>
    public VersionId AgainstId { get; private set; }

    public Models.Version Against { get; private set; } = null!;

    /// <summary>The promotion of which it is a stage; null when it stands alone.</summary>
    public PromotionId? PromotionId { get; private set; }

    public ShadowOptions Options { get; private set; } = ShadowOptions.Default;

    public ShadowTestState State { get; private set; }

    /// <summary>Null while it runs, and for one that was stopped.</summary>
    public Verdict? Verdict { get; private set; }

    /// <summary>Why it ended as it did, or what it waits for.</summary>
    public string? Reason { get; private set; }

    /// <summary>What it was judged by; the same follows from <see cref="Found"/> at any time.</summary>
    public IReadOnlyList<ShadowFinding> Findings { get; private set; } = [];

    /// <summary>What had been found when it ended, of all routers; null before.</summary>
    public Comparison? Found { get; private set; }

    public string StartedBy { get; private set; } = "";

    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>Since when copies are sent; null before.</summary>
    public DateTimeOffset? RunningSince { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public long Revision { get; private set; }

    public void Run(DateTimeOffset now)
    {
        Become(ShadowTestState.Running, null, now);
        RunningSince = now;
    }

    public void End(ShadowJudgement judgement, Comparison found, DateTimeOffset now)
    {
        Become(judgement.Verdict switch
        {
            Gates.Verdict.Pass => ShadowTestState.Passed,
            Gates.Verdict.Fail => ShadowTestState.Failed,
            _ => ShadowTestState.Inconclusive,
        }, judgement.Reason, now);
        (Verdict, Findings, Found, EndedAt) = (judgement.Verdict, judgement.Findings, found, now);
    }

    /// <summary>Possible at any moment; what was found until then is kept.</summary>
    public Refusal? Stop(string? reason, Comparison found, DateTimeOffset now)
    {
        if (Texts.Longer("reason", reason, Limits.Reason) is { } refusal)
            return refusal;
        if (State.HasEnded())
            return new ShadowTestEnded(State);
        Become(ShadowTestState.Stopped, string.IsNullOrWhiteSpace(reason) ? "stopped by hand" : reason, now);
        (Found, EndedAt) = (found, now);
        return null;
    }

    /// <summary>Says what it waits for; does not count as a step.</summary>
    public void Explain(string waitingFor, DateTimeOffset now)
    {
        if (Reason != waitingFor)
            (Reason, UpdatedAt) = (waitingFor, now);
    }

    private void Become(ShadowTestState to, string? reason, DateTimeOffset now)
    {
        if (!State.MayBecome(to))
            throw new InvalidOperationException($"No arrow leads from {State} to {to}.");
        (State, Reason, UpdatedAt) = (to, reason, now);
    }
}
