using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Models;

namespace ModelHub.Domain.Rollouts;

public readonly record struct RoutingChangeId(Guid Value) : IId<RoutingChangeId>
{
    public static RoutingChangeId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static RoutingChangeId From(Guid value) => new(value);
}

public sealed record RoutedVariant(VariantId VariantId, VersionId VersionId, int Version, VariantRole Role, double? Weight);

/// <summary>The variants of an endpoint from this moment on, who changed them and why.</summary>
public sealed class RoutingChange
{
    private RoutingChange()
    {
    }

    public RoutingChange(EndpointId endpoint, IReadOnlyList<RoutedVariant> variants, long routesRevision, string reason, Actor actor, DateTimeOffset now) =>
        (Id, EndpointId, Variants, RoutesRevision, Reason, Actor, At) = (RoutingChangeId.New(now), endpoint, variants, routesRevision, reason, actor.Value, now);

    public RoutingChangeId Id { get; private set; }

    public EndpointId EndpointId { get; private set; }

    public IReadOnlyList<RoutedVariant> Variants { get; private set; } = [];

    /// <summary>The number of the routing table that carries it.</summary>
    public long RoutesRevision { get; private set; }

    public string Reason { get; private set; } = "";

    public string Actor { get; private set; } = "";

    public DateTimeOffset At { get; private set; }
}
