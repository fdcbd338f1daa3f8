using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Environments;

public readonly record struct EnvironmentId(Guid Value) : IId<EnvironmentId>
{
    public static EnvironmentId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static EnvironmentId From(Guid value) => new(value);
}

public sealed record EnvironmentNotFound(string Environment)
    : Refusal($"There is no environment {Environment}.");

public sealed record RankTaken(int Rank)
    : Refusal($"Another environment has the rank {Rank}.");

/// <summary>An ordered place with a policy: <c>staging</c> (rank 1), <c>production</c> (rank 2).</summary>
public sealed class Environment : IRevisioned
{
    public const int MaxRank = 1_000_000;

    private Environment()
    {
    }

    public EnvironmentId Id { get; private set; }

    public string Name { get; private set; } = "";

    public int Rank { get; private set; }

    public Policy Policy { get; private set; } = Policy.Open;

    /// <summary>Of the policy that stands now; 0 before the first was recorded.</summary>
    public int PolicyNumber { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public long Revision { get; private set; }

    public static Result<Environment> Create(string name, int rank, Policy policy, DateTimeOffset now)
    {
        if (EntityName.NotASimpleName("environment", name) is { } noName)
            return noName;
        if (NoRank(rank) is { } noRank)
            return noRank;
        if (Refuse(name, policy) is { } refusal)
            return refusal;

        return new Environment { Id = EnvironmentId.New(now), Name = name, Rank = rank, Policy = policy, CreatedAt = now, UpdatedAt = now };
    }

    /// <summary>Replaces the policy; the version of it is to be stored with the change.</summary>
    public Result<PolicyVersion> Adopt(Policy policy, Actor actor, string? reason, DateTimeOffset now)
    {
        if ((Refuse(Name, policy) ?? Texts.Longer("reason", reason, Limits.Reason)) is { } refusal)
            return refusal;

        (Policy, UpdatedAt) = (policy, now);
        return Record(actor, reason, now);
    }

    /// <summary>The next version of the policy that stands: the first one of a new environment.</summary>
    public PolicyVersion Record(Actor actor, string? reason, DateTimeOffset now) => new(Id, ++PolicyNumber, Policy, actor, reason, now);

    public Refusal? MoveTo(int rank, DateTimeOffset now)
    {
        if (NoRank(rank) is { } refusal)
            return refusal;

        (Rank, UpdatedAt) = (rank, now);
        return null;
    }

    /// <summary>Why it could not be adopted here; null: it could.</summary>
    public Refusal? Refuse(Policy policy) => Refuse(Name, policy);

    private static InvalidInput? NoRank(int rank) => rank is < 1 or > MaxRank ? new InvalidInput("rank", $"1 to {MaxRank}") : null;

    private static Refusal? Refuse(string name, Policy policy) =>
        policy.PromotionFrom == name ? new InvalidInput("policy.promotionFrom", "another environment") : policy.Check();
}
