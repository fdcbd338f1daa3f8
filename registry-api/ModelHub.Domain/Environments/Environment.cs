using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Environments;

public readonly record struct EnvironmentId(Guid Value) : IId<EnvironmentId>
{
    public static EnvironmentId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static EnvironmentId From(Guid value) => new(value);
}

public sealed record EnvironmentNotFound(string Environment)
    : Refusal($"There is no environment {Environment}.");

/// <summary>An ordered place with a policy: <c>staging</c> (rank 1), <c>production</c> (rank 2).</summary>
public sealed class Environment : IRevisioned
{
    private Environment()
    {
    }

    public EnvironmentId Id { get; private set; }

    public string Name { get; private set; } = "";

    public int Rank { get; private set; }

    public Policy Policy { get; private set; } = Policy.Open;

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public long Revision { get; private set; }

    public static Result<Environment> Create(string name, int rank, Policy policy, DateTimeOffset now)
    {
        if ((EntityName.NotASimpleName("environment", name) ?? policy.Check()) is { } refusal)
            return refusal;

        return new Environment { Id = EnvironmentId.New(now), Name = name, Rank = rank, Policy = policy, CreatedAt = now, UpdatedAt = now };
    }

    public Refusal? Adopt(Policy policy, DateTimeOffset now)
    {
        if (policy.PromotionFrom == Name)
            return new InvalidInput("policy.promotionFrom", "another environment");
        if (policy.Check() is { } refusal)
            return refusal;

        (Policy, UpdatedAt) = (policy, now);
        return null;
    }
}
