using ModelHub.Domain.Basics;
using ModelHub.Domain.Models;

namespace ModelHub.Domain.Rollouts;

public readonly record struct VariantId(Guid Value) : IId<VariantId>
{
    public static VariantId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static VariantId From(Guid value) => new(value);
}

public enum VariantRole
{
    Primary,
    Canary,
    Shadow,
    Arm,
}

/// <summary>One version under an endpoint from <see cref="ValidFrom"/> to <see cref="ValidTo"/>. Ended variants stay as the history of who served when.</summary>
public sealed class Variant
{
    private Variant()
    {
    }

    public VariantId Id { get; private set; }

    public EndpointId EndpointId { get; private set; }

    public Endpoint Endpoint { get; private set; } = null!;

    public VersionId VersionId { get; private set; }

    public Models.Version Version { get; private set; } = null!;

    public VariantRole Role { get; private set; }

    /// <summary>Share of the traffic in percent; null for a shadow.</summary>
    public double? Weight { get; private set; }

    /// <summary>Share of mirrored requests in percent; null unless a shadow.</summary>
    public double? SamplingPercent { get; private set; }

    public int Replicas { get; private set; }

    /// <summary>When the number of replicas last changed; null while it is as it began.</summary>
    public DateTimeOffset? ScaledAt { get; private set; }

    public DateTimeOffset ValidFrom { get; private set; }

    /// <summary>Null while it holds.</summary>
    public DateTimeOffset? ValidTo { get; private set; }

    /// <summary>An ended variant stays loaded until then, so that going back is one routing table.</summary>
    public DateTimeOffset? KeepWarmUntil { get; private set; }

    public static Variant Begin(EndpointId endpoint, VersionId version, VariantRole role, double weight, int replicas, DateTimeOffset now) =>
        new() { Id = VariantId.New(now), EndpointId = endpoint, VersionId = version, Role = role, Weight = weight, Replicas = replicas, ValidFrom = now };

    /// <summary>One that gets copies of a share of the requests and whose answers nobody gets.</summary>
    /// <param name="percent">Of the endpoint's requests.</param>
    public static Variant Mirror(EndpointId endpoint, VersionId version, double percent, int replicas, DateTimeOffset now) =>
        new() { Id = VariantId.New(now), EndpointId = endpoint, VersionId = version, Role = VariantRole.Shadow, SamplingPercent = percent, Replicas = replicas, ValidFrom = now };

    internal void Scale(int replicas, DateTimeOffset now) => (Replicas, ScaledAt) = (replicas, now);

    internal void Weigh(double percent) => Weight = percent;

    internal void End(DateTimeOffset now, DateTimeOffset keepWarmUntil) => (ValidTo, KeepWarmUntil) = (now, keepWarmUntil);
}
