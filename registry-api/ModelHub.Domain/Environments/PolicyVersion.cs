using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Environments;

public readonly record struct PolicyVersionId(Guid Value) : IId<PolicyVersionId>
{
    public static PolicyVersionId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static PolicyVersionId From(Guid value) => new(value);
}

/// <summary>A policy as it stood from one moment on. Evidence names it by its digest.</summary>
public sealed class PolicyVersion
{
    private PolicyVersion()
    {
    }

    internal PolicyVersion(EnvironmentId environment, int number, Policy policy, Actor actor, string? reason, DateTimeOffset now) =>
        (Id, EnvironmentId, Number, Policy, Digest, ChangedBy, Reason, At) =
        (PolicyVersionId.New(now), environment, number, policy, policy.DigestOf(), actor.Value, reason, now);

    public PolicyVersionId Id { get; private set; }

    public EnvironmentId EnvironmentId { get; private set; }

    /// <summary>1, 2, 3 … per environment.</summary>
    public int Number { get; private set; }

    public Policy Policy { get; private set; } = Policy.Open;

    public string Digest { get; private set; } = "";

    public string ChangedBy { get; private set; } = "";

    public DateTimeOffset At { get; private set; }

    /// <summary>Why, in the words of who changed it.</summary>
    public string? Reason { get; private set; }
}
