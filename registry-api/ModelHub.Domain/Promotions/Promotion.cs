using ModelHub.Domain.Basics;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Models;
using ModelHub.Domain.Rollouts;
using Environment = ModelHub.Domain.Environments.Environment;

namespace ModelHub.Domain.Promotions;

public sealed record PromotionStepRecord(PromotionState Name, DateTimeOffset At);

/// <summary>"Version V of M into E". The rules stand beside it: opening, deciding and what comes next.</summary>
public sealed partial class Promotion : IRevisioned
{
    private readonly List<Approval> approvals = [];

    private Promotion()
    {
    }

    public PromotionId Id { get; private set; }

    public VersionId VersionId { get; private set; }

    public Models.Version Version { get; private set; } = null!;

    public EnvironmentId EnvironmentId { get; private set; }

    public Environment Environment { get; private set; } = null!;

    public EndpointId EndpointId { get; private set; }

    public Endpoint Endpoint { get; private set; } = null!;

    /// <summary>The plan's name.</summary>
    public string Plan { get; private set; } = RolloutPlan.BlueGreen.Name;

    /// <summary>The plan itself, as it was when the promotion was asked for.</summary>
    public RolloutPlan Rollout { get; private set; } = RolloutPlan.BlueGreen;

    public PromotionState State { get; private set; }

    public string RequestedBy { get; private set; } = "";

    /// <summary>Who answers for the request; a token counts as who made it.</summary>
    public string RequestedByPerson { get; private set; } = "";

    public DateTimeOffset RequestedAt { get; private set; }

    /// <summary>Why it ended as it did, or what it waits for.</summary>
    public string? Reason { get; private set; }

    /// <summary>The version that had the traffic when it was asked for; null for the first.</summary>
    public VersionId? ReplacesId { get; private set; }

    public Models.Version? Replaces { get; private set; }

    public int ApprovalsRequired { get; private set; }

    /// <summary>Null: a freeze of the environment holds it.</summary>
    public FreezeOverride? FreezeOverride { get; private set; }

    public IReadOnlyList<Approval> Approvals => approvals;

    public IReadOnlyList<PromotionStepRecord> Steps { get; private set; } = [];

    /// <summary>The routing table that carries its stage or, once it shifts, all traffic.</summary>
    public long? RoutesRevision { get; private set; }

    /// <summary>From the start of placing until the last live router had switched, in milliseconds.</summary>
    public double? TimeToLiveMs { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public long Revision { get; private set; }

    private void Become(PromotionState to, string? reason, DateTimeOffset now)
    {
        if (!State.MayBecome(to))
            throw new InvalidOperationException($"No arrow leads from {State} to {to}.");

        State = to;
        Reason = reason;
        Steps = [.. Steps, new PromotionStepRecord(to, now)];
        UpdatedAt = now;
    }
}
