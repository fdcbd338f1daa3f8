using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Models;
using ModelHub.Domain.Promotions;

namespace ModelHub.Domain.Rollouts;

public readonly record struct RollbackId(Guid Value) : IId<RollbackId>
{
    public static RollbackId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static RollbackId From(Guid value) => new(value);
}

/// <summary>Traffic sent back to a version that is still loaded, with the time it took until the last live router obeyed.</summary>
public sealed class Rollback : IRevisioned
{
    private Rollback()
    {
    }

    public Rollback(EndpointId endpoint, PromotionId? promotion, RollbackPlan plan, long routesRevision, string reason, Actor actor, DateTimeOffset now)
    {
        Id = RollbackId.New(now);
        EndpointId = endpoint;
        PromotionId = promotion;
        FromVersionId = plan.From;
        ToVersionId = plan.To;
        RoutesRevision = routesRevision;
        Reason = reason;
        DecidedBy = actor.Value;
        DecidedAt = now;
    }

    public RollbackId Id { get; private set; }

    public EndpointId EndpointId { get; private set; }

    public Endpoint Endpoint { get; private set; } = null!;

    /// <summary>The promotion it undoes, when there was one.</summary>
    public PromotionId? PromotionId { get; private set; }

    public VersionId FromVersionId { get; private set; }

    public Models.Version FromVersion { get; private set; } = null!;

    public VersionId ToVersionId { get; private set; }

    public Models.Version ToVersion { get; private set; } = null!;

    public long RoutesRevision { get; private set; }

    public string Reason { get; private set; } = "";

    public string DecidedBy { get; private set; } = "";

    public DateTimeOffset DecidedAt { get; private set; }

    /// <summary>When the last live router had applied the table; null until then.</summary>
    public DateTimeOffset? SwitchedAt { get; private set; }

    /// <summary>From the decision to the switch, in milliseconds.</summary>
    public double? TimeToSafetyMs { get; private set; }

    public long Revision { get; private set; }

    public void Switched(DateTimeOffset at) =>
        (SwitchedAt, TimeToSafetyMs) = (at, Math.Max(0, (at - DecidedAt).TotalMilliseconds));
}
