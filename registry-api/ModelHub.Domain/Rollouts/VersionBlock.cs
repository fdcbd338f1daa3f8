using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Models;
using ModelHub.Domain.Promotions;

namespace ModelHub.Domain.Rollouts;

public readonly record struct VersionBlockId(Guid Value) : IId<VersionBlockId>
{
    public static VersionBlockId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static VersionBlockId From(Guid value) => new(value);
}

public sealed record VersionBlocked(string Model, int Version, string Environment, string By, string Why, DateTimeOffset Since)
    : Refusal($"{Model}@{Version} was rolled back in {Environment} by {By} ({Why}) and is blocked there until somebody lifts that.");

public sealed record VersionNotBlocked(string Model, int Version, string Environment)
    : Refusal($"{Model}@{Version} is not blocked in {Environment}.");

/// <summary>A version that was rolled back in an environment, and may not be promoted into it until somebody lifts this.</summary>
public sealed class VersionBlock
{
    private VersionBlock()
    {
    }

    public VersionBlockId Id { get; private set; }

    public VersionId VersionId { get; private set; }

    public EnvironmentId EnvironmentId { get; private set; }

    /// <summary>The promotion that was taken back, when there was one.</summary>
    public PromotionId? PromotionId { get; private set; }

    public string Reason { get; private set; } = "";

    public string By { get; private set; } = "";

    public DateTimeOffset At { get; private set; }

    /// <summary>Null while it holds.</summary>
    public DateTimeOffset? LiftedAt { get; private set; }

    public string? LiftedBy { get; private set; }

    public string? LiftReason { get; private set; }

    public static VersionBlock Put(VersionId version, EnvironmentId environment, PromotionId? promotion, string reason, Actor by, DateTimeOffset now) =>
        new() { Id = VersionBlockId.New(now), VersionId = version, EnvironmentId = environment, PromotionId = promotion, Reason = reason, By = by.Value, At = now };

    public Refusal? Lift(string? reason, Actor by, DateTimeOffset now)
    {
        if (Texts.Longer("reason", reason, Limits.Reason) is { } refusal)
            return refusal;
        (LiftedAt, LiftedBy, LiftReason) = (now, by.Value, reason);
        return null;
    }
}
