using ModelHub.Domain.Monitoring;

namespace ModelHub.Domain.Events;

/// <summary>How an endpoint's windows are judged from now on.</summary>
public sealed record MonitoringSet(string Model, string Environment, MonitoringPolicy Policy)
    : Event("endpoint.monitoring-set", Subjects.Endpoint(Model, Environment));
