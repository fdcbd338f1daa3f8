using ModelHub.Domain.Alerts;

namespace ModelHub.Domain.Events;

/// <summary>A rule's limit is passed at an endpoint, for as long as the rule asks. Written once per change of state, however many columns pass it.</summary>
/// <param name="Column">The one that is farthest beyond its limit; null where the measure has none.</param>
/// <param name="Segment">The part of the traffic; null for all of it.</param>
/// <param name="Version">Whose values these are; null when none came at all.</param>
/// <param name="Value">Null when what fired is that no value came.</param>
/// <param name="Limit">What it was held against; the measure's own where the rule names none.</param>
/// <param name="From">The judged window.</param>
/// <param name="Columns">All that are beyond, the farthest first; at most <see cref="AlertItem.MostTold"/>.</param>
public sealed record AlertFired(
    Guid Alert, string Rule, AlertSeverity Severity, string Model, string Environment, string Measure, string? Column, string? Segment, int? Version,
    double? Value, double? Limit, long Samples, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<string> Columns)
    : Event("alert.fired", Subjects.Endpoint(Model, Environment));

/// <summary>All that had fired is back, or is not judged any more.</summary>
/// <param name="Value">Of the told column, the last one before all were back.</param>
/// <param name="Reason">Why it is over.</param>
public sealed record AlertResolved(
    Guid Alert, string Rule, AlertSeverity Severity, string Model, string Environment, string Measure, string? Column, string? Segment, int? Version,
    double? Value, double? Limit, long Samples, DateTimeOffset From, DateTimeOffset To, string Reason)
    : Event("alert.resolved", Subjects.Endpoint(Model, Environment));

/// <summary>It began while a silence matched it: under a name of its own, so that who listens for fired alerts hears nothing. Should the silence end first, it fires then.</summary>
public sealed record AlertFiredInSilence(Guid Alert, string Rule, AlertSeverity Severity, string Model, string Environment, string Measure)
    : Event("alert.fired-in-silence", Subjects.Endpoint(Model, Environment));

/// <summary>It ended without having been told of.</summary>
public sealed record AlertResolvedInSilence(Guid Alert, string Rule, string Model, string Environment, string Measure, string Reason)
    : Event("alert.resolved-in-silence", Subjects.Endpoint(Model, Environment));

public sealed record AlertAcknowledged(Guid Alert, string Rule, string Model, string Environment, string? Note)
    : Event("alert.acknowledged", Subjects.Endpoint(Model, Environment));

/// <param name="Model">Null: at any model; so is the environment.</param>
public sealed record AlertRuleCreated(string Rule, string? Model, string? Environment, AlertCondition Condition, AlertSeverity Severity)
    : Event("alert-rule.created", Subjects.AlertRule(Rule));

public sealed record AlertRuleChanged(string Rule, AlertCondition Condition, AlertSeverity Severity, bool Enabled)
    : Event("alert-rule.changed", Subjects.AlertRule(Rule));

public sealed record AlertRuleDeleted(string Rule)
    : Event("alert-rule.deleted", Subjects.AlertRule(Rule));

public sealed record AlertsSilenced(Guid Silence, string? Rule, string? Model, string? Environment, string? Measure, string? Column, DateTimeOffset Until, string Why)
    : Event("silence.began", Subjects.Silence(Silence));

public sealed record SilenceWasEnded(Guid Silence)
    : Event("silence.ended", Subjects.Silence(Silence));
