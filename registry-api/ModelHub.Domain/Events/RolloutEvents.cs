using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Events;

public sealed record RoutingChanged(string Model, string Environment, int? From, int To, string Reason, long RoutesRevision)
    : Event("routing.changed", Subjects.Endpoint(Model, Environment));

public sealed record RolledBack(string Model, string Environment, int From, int To, string Reason, Guid? Promotion)
    : Event("endpoint.rolled-back", Subjects.Endpoint(Model, Environment));

public sealed record RollbackSwitched(string Model, string Environment, int To, double TimeToSafetyMs)
    : Event("endpoint.rollback-switched", Subjects.Endpoint(Model, Environment));

/// <summary>Traffic cannot go back before the target is loaded again.</summary>
public sealed record RollbackLoading(string Model, string Environment, int From, int To, string Reason)
    : Event("endpoint.rollback-loading", Subjects.Endpoint(Model, Environment));

public sealed record RollbackFailed(string Model, string Environment, int To, string Reason)
    : Event("endpoint.rollback-failed", Subjects.Endpoint(Model, Environment));

/// <summary>A share of the traffic goes to another version; 0 when it is taken back.</summary>
/// <param name="Weight">The canary's share in percent.</param>
public sealed record TrafficSplit(string Model, string Environment, int Primary, int Canary, double Weight, string Reason, long RoutesRevision)
    : Event("endpoint.traffic-split", Subjects.Endpoint(Model, Environment));

public sealed record VersionWasBlocked(string Model, int Version, string Environment, string Reason)
    : Event("version.blocked", Subjects.Version(Model, Version));

public sealed record BlockLifted(string Model, int Version, string Environment, string? Reason)
    : Event("version.block-lifted", Subjects.Version(Model, Version));

public sealed record TrafficRulesSet(string Model, string Environment, TrafficRules Rules)
    : Event("endpoint.traffic-rules-set", Subjects.Endpoint(Model, Environment));

/// <param name="Policy">Null: the number of replicas stays as it is from now on.</param>
public sealed record ScalingSet(string Model, string Environment, ScalingPolicy? Policy)
    : Event("endpoint.scaling-set", Subjects.Endpoint(Model, Environment));

public sealed record EndpointScaled(string Model, string Environment, int Version, int From, int To, string Reason, ScalingEvidence Evidence)
    : Event("endpoint.scaled", Subjects.Endpoint(Model, Environment));

/// <summary>A node began or ceased to hold a version, or failed to.</summary>
public sealed record PlacementChanged(string Node, string Model, int Version, PlacementState State, string? Reason)
    : Event("placement.changed", Subjects.Node(Node));

public sealed record NodeJoined(string Node, string Address)
    : Event("node.joined", Subjects.Node(Node));

public sealed record NodeLost(string Node)
    : Event("node.lost", Subjects.Node(Node));

public sealed record NodeDrained(string Node)
    : Event("node.drained", Subjects.Node(Node));

public sealed record NodeResumed(string Node)
    : Event("node.resumed", Subjects.Node(Node));

public sealed record RouterJoined(string Router, string Address)
    : Event("router.joined", Subjects.Router(Router));

public sealed record RouterLost(string Router)
    : Event("router.lost", Subjects.Router(Router));
