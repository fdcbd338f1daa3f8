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

public enum RollbackState
{
    /// <summary>The target is not loaded any more: nodes load and warm it, and traffic stays where it is until then.</summary>
    Loading,

    /// <summary>Routers are told.</summary>
    Switching,

    /// <summary>Every live router obeys.</summary>
    Switched,

    /// <summary>The target could not be loaded, or another decision came first.</summary>
    Failed,
}

/// <summary>Traffic sent back to a version that was there before, with the time it took until the last live router obeyed.</summary>
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
        State = RollbackState.Switching;
        Reason = reason;
        DecidedBy = actor.Value;
        DecidedAt = now;
    }

    /// <summary>One that has to wait until its target is loaded.</summary>
    public static Rollback Load(EndpointId endpoint, RollbackPlan plan, string reason, Actor actor, DateTimeOffset now) =>
        new(endpoint, null, plan, 0, reason, actor, now) { State = RollbackState.Loading };

    public RollbackId Id { get; private set; }

    public EndpointId EndpointId { get; private set; }

    public Endpoint Endpoint { get; private set; } = null!;

    /// <summary>The promotion it undoes, when there was one.</summary>
    public PromotionId? PromotionId { get; private set; }

    public VersionId FromVersionId { get; private set; }

    public Models.Version FromVersion { get; private set; } = null!;

    public VersionId ToVersionId { get; private set; }

    public Models.Version ToVersion { get; private set; } = null!;

    public RollbackState State { get; private set; }

    /// <summary>The routing table that carries it; 0 while its target is being loaded.</summary>
    public long RoutesRevision { get; private set; }

    public string Reason { get; private set; } = "";

    /// <summary>Why it never came to a switch.</summary>
    public string? Failure { get; private set; }

    public string DecidedBy { get; private set; } = "";

    public DateTimeOffset DecidedAt { get; private set; }

    /// <summary>When the last live router had applied the table; null until then.</summary>
    public DateTimeOffset? SwitchedAt { get; private set; }

    /// <summary>From the decision to the switch, in milliseconds.</summary>
    public double? TimeToSafetyMs { get; private set; }

    public long Revision { get; private set; }

    public void Switched(DateTimeOffset at) =>
        (State, SwitchedAt, TimeToSafetyMs) = (RollbackState.Switched, at, Math.Max(0, (at - DecidedAt).TotalMilliseconds));

    /// <summary>The target is ready, and routers are told.</summary>
    public void Switch(PromotionId? promotion, VersionId from, long routesRevision) =>
        (State, PromotionId, FromVersionId, RoutesRevision) = (RollbackState.Switching, promotion, from, routesRevision);

    public void Fail(string reason) => (State, Failure) = (RollbackState.Failed, reason);
}
