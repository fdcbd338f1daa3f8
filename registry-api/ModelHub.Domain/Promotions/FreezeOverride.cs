using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Promotions;

/// <summary>Somebody answers for traffic that moves during a freeze.</summary>
public sealed record FreezeOverride(string By, string Reason, DateTimeOffset At);

public sealed record EnvironmentFrozen(string Environment, string Freeze, DateTimeOffset? Until)
    : Refusal($"{Environment} is frozen ({Freeze}): no promotion may be asked for meanwhile, but by an emergency override.");

public sealed record NoFreezeToOverride(PromotionState State)
    : Refusal($"The promotion is {State}: no freeze could hold it any more.");

public sealed partial class Promotion
{
    /// <summary>An emergency: it goes on though its environment is frozen. Gates and approvals stay as they are.</summary>
    public Refusal? OverrideFreeze(string reason, Actor by, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(reason))
            return new InvalidInput("reason", $"1 to {Limits.Reason} characters");
        if (Texts.Longer("reason", reason, Limits.Reason) is { } refusal)
            return refusal;
        if (State > PromotionState.Placing)
            return new NoFreezeToOverride(State);

        (FreezeOverride, UpdatedAt) = (new FreezeOverride(by.Value, reason, now), now);
        return null;
    }
}
