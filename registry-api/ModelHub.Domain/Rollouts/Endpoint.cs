using ModelHub.Domain.Basics;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Models;
using ModelHub.Domain.Monitoring;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Promotions;
using Environment = ModelHub.Domain.Environments.Environment;

namespace ModelHub.Domain.Rollouts;

public readonly record struct EndpointId(Guid Value) : IId<EndpointId>
{
    public static EndpointId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static EndpointId From(Guid value) => new(value);
}

public sealed record EndpointNotFound(string Model, string Environment)
    : Refusal($"{Model} has no endpoint in {Environment}.");

/// <summary>A model served in an environment: one stable URL. Its revision moves with every change of its variants.</summary>
public sealed class Endpoint : IRevisioned
{
    private readonly List<Variant> variants = [];

    private Endpoint()
    {
    }

    public EndpointId Id { get; private set; }

    public ModelId ModelId { get; private set; }

    public Model Model { get; private set; } = null!;

    public EnvironmentId EnvironmentId { get; private set; }

    public Environment Environment { get; private set; } = null!;

    /// <summary>All variants that were loaded with it, past ones too.</summary>
    public IReadOnlyList<Variant> Variants => variants;

    /// <summary>Null: the number of replicas stays as it is.</summary>
    public ScalingPolicy? Scaling { get; private set; }

    /// <summary>Null until somebody has set them: requests are dealt by the weights alone.</summary>
    public TrafficRules? Traffic { get; private set; }

    /// <summary>Null: nothing is kept of its requests.</summary>
    public LedgerPolicy? Ledger { get; private set; }

    /// <summary>The key with which routers hash fields of its requests; made with the first policy, and no one is shown it.</summary>
    public byte[]? LedgerKey { get; private set; }

    /// <summary>Null until somebody has set it: windows are judged by <see cref="MonitoringPolicy.Default"/>.</summary>
    public MonitoringPolicy? Monitoring { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public long Revision { get; private set; }

    public static Endpoint Open(ModelId model, EnvironmentId environment, DateTimeOffset now) =>
        new() { Id = EndpointId.New(now), ModelId = model, EnvironmentId = environment, CreatedAt = now, UpdatedAt = now };

    /// <summary>The variant that answers, or null before the first promotion. Needs the valid variants loaded.</summary>
    public Variant? Primary() => variants.SingleOrDefault(v => v.ValidTo is null && v.Role == VariantRole.Primary);

    /// <summary>The variant that is tried out on a share of the traffic, if there is one.</summary>
    public Variant? Canary() => variants.SingleOrDefault(v => v.ValidTo is null && v.Role == VariantRole.Canary);

    /// <summary>How many nodes the next version to take the traffic shall begin with: as many as carry it now.</summary>
    public int ReplicasOfNext() => Scaling?.Within(Primary()?.Replicas ?? 1) ?? Promotion.Replicas;

    /// <param name="policy">Null: the number of replicas stays as it is from now on.</param>
    public Refusal? ScaleBy(ScalingPolicy? policy, DateTimeOffset now)
    {
        if (policy?.Check() is { } refusal)
            return refusal;
        (Scaling, UpdatedAt) = (policy, now);
        return null;
    }

    public Refusal? Rule(TrafficRules rules, DateTimeOffset now)
    {
        if (rules.Check() is { } refusal)
            return refusal;
        (Traffic, UpdatedAt) = (rules, now);
        return null;
    }

    /// <param name="policy">Null: nothing is kept from now on; what is kept already stays for its time.</param>
    /// <param name="key">A fresh one, taken when there is none yet.</param>
    public Refusal? KeepPredictions(LedgerPolicy? policy, byte[] key, DateTimeOffset now)
    {
        if (policy?.Check() is { } refusal)
            return refusal;
        (Ledger, UpdatedAt) = (policy, now);
        LedgerKey ??= policy is null ? null : key;
        return null;
    }

    public Refusal? MonitorBy(MonitoringPolicy policy, DateTimeOffset now)
    {
        if (policy.Check() is { } refusal)
            return refusal;
        (Monitoring, UpdatedAt) = (policy, now);
        return null;
    }

    /// <summary>Asks for another number of replicas of one of the variants that hold; what loads and unloads them follows.</summary>
    public void Scale(VariantId variant, int replicas, DateTimeOffset now)
    {
        variants.Single(v => v.Id == variant && v.ValidTo is null).Scale(replicas, now);
        UpdatedAt = now;
    }

    /// <summary>
    /// Sends all traffic to <paramref name="version"/>: ends the primary that was, which stays loaded until <paramref name="keepWarmUntil"/>, and begins a new one.
    /// </summary>
    /// <param name="replicas">How many nodes hold it.</param>
    public Variant Shift(VersionId version, int replicas, DateTimeOffset keepWarmUntil, DateTimeOffset now)
    {
        foreach (var present in variants.Where(v => v.ValidTo is null))
            present.End(now, keepWarmUntil);
        var variant = Variant.Begin(Id, version, VariantRole.Primary, 100, replicas, now);
        variants.Add(variant);
        UpdatedAt = now;
        return variant;
    }

    /// <summary>From now on a share of the requests is copied to <paramref name="version"/>, on one node; traffic stays as it is.</summary>
    public Variant Mirror(VersionId version, double percent, DateTimeOffset now)
    {
        var variant = Variant.Mirror(Id, version, percent, 1, now);
        variants.Add(variant);
        UpdatedAt = now;
        return variant;
    }

    /// <summary>Nothing is copied to this shadow any more. One that another change has ended already stays as it is.</summary>
    public void EndMirror(VariantId shadow, DateTimeOffset keepWarmUntil, DateTimeOffset now)
    {
        variants.SingleOrDefault(v => v.Id == shadow && v.ValidTo is null)?.End(now, keepWarmUntil);
        UpdatedAt = now;
    }

    /// <summary>From now on <paramref name="version"/> is loaded for an experiment; it gets no traffic yet.</summary>
    public Variant BeginArm(VersionId version, DateTimeOffset now)
    {
        var arm = Variant.Begin(Id, version, VariantRole.Arm, 0, ReplicasOfNext(), now);
        variants.Add(arm);
        UpdatedAt = now;
        return arm;
    }

    /// <summary>Gives each arm of an experiment its share.</summary>
    /// <param name="shares">In percent, 100 together; the primary is one of them.</param>
    public void Divide(IReadOnlyDictionary<VariantId, double> shares, DateTimeOffset now)
    {
        foreach (var variant in variants.Where(v => v.ValidTo is null && shares.ContainsKey(v.Id)))
            variant.Weigh(shares[variant.Id]);
        UpdatedAt = now;
    }

    /// <summary>Gives the primary what the arms had. Arms that another decision has ended already stay as they are.</summary>
    /// <param name="keep">The version that stays loaded until <paramref name="keepWarmUntil"/>; null: none.</param>
    public void EndArms(VersionId? keep, DateTimeOffset keepWarmUntil, DateTimeOffset now)
    {
        var arms = variants.Where(v => v.ValidTo is null && v.Role == VariantRole.Arm).ToList();
        if (arms.Count == 0)
            return;
        foreach (var arm in arms)
            arm.End(now, arm.VersionId == keep ? keepWarmUntil : now);
        Primary()!.Weigh(100);
        UpdatedAt = now;
    }

    /// <summary>Gives <paramref name="version"/> a share of the traffic; the primary keeps the rest and all its replicas.</summary>
    /// <param name="weight">In percent, below 100.</param>
    public Variant Split(VersionId version, double weight, int replicas, DateTimeOffset now)
    {
        var primary = Primary() ?? throw new InvalidOperationException("A share is taken from a primary.");
        EndArms(null, now, now);
        if (Canary() is not { } canary)
            variants.Add(canary = Variant.Begin(Id, version, VariantRole.Canary, weight, replicas, now));
        canary.Weigh(weight);
        primary.Weigh(100 - weight);
        UpdatedAt = now;
        return canary;
    }

    /// <summary>Gives the primary what a canary had. It is not kept warm: a version that was tried and failed comes back by a promotion.</summary>
    /// <returns>the canary, or null when there was none</returns>
    public Variant? TakeBack(DateTimeOffset now)
    {
        if (Canary() is not { } canary)
            return null;
        canary.End(now, now);
        Primary()!.Weigh(100);
        UpdatedAt = now;
        return canary;
    }
}
