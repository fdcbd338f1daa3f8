using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Events;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Alerts;

/// <summary>One rule is broken at one endpoint; there is at most one open alert for the two, whatever number of columns it is about.</summary>
public sealed class Alert : IRevisioned
{
    private Alert()
    {
    }

    public AlertId Id { get; private set; }

    public AlertRuleId RuleId { get; private set; }

    public AlertRule Rule { get; private set; } = null!;

    public EndpointId EndpointId { get; private set; }

    public Endpoint Endpoint { get; private set; } = null!;

    public AlertState State { get; private set; }

    public AlertSeverity Severity { get; private set; }

    public string Measure { get; private set; } = "";

    /// <summary>What it is about, the farthest beyond the limit first.</summary>
    public IReadOnlyList<AlertItem> Items { get; private set; } = [];

    public DateTimeOffset StartedAt { get; private set; }

    public DateTimeOffset? FiredAt { get; private set; }

    /// <summary>When its firing was told as an event; null while it is pending or silenced.</summary>
    public DateTimeOffset? AnnouncedAt { get; private set; }

    public DateTimeOffset? ResolvedAt { get; private set; }

    /// <summary>Why it is over; null before.</summary>
    public string? Reason { get; private set; }

    /// <summary>A silence matches all that fires of it.</summary>
    public bool Silenced { get; private set; }

    public string? AcknowledgedBy { get; private set; }

    public DateTimeOffset? AcknowledgedAt { get; private set; }

    public string? Note { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public long Revision { get; private set; }

    public bool IsOpen => State != AlertState.Resolved;

    public bool IsAnnounced => AnnouncedAt is not null;

    /// <summary>Nothing is said yet: the step that follows says it.</summary>
    public static Alert Begin(AlertRule rule, Endpoint endpoint, DateTimeOffset now) => new()
    {
        Id = AlertId.New(now),
        RuleId = rule.Id,
        Rule = rule,
        EndpointId = endpoint.Id,
        Endpoint = endpoint,
        Measure = rule.Measure,
        Severity = rule.Severity,
        StartedAt = now,
        UpdatedAt = now,
    };

    /// <summary>Whether <see cref="Take"/> would change nothing: most looks find that.</summary>
    public bool Keeps(AlertStep step, IReadOnlyList<Silence> silences) =>
        step is AlertStep.Stay && Silenced == IsSilenced(silences) && (Silenced || IsAnnounced || State != AlertState.Firing);

    /// <summary>Takes a step, and says what is told of it: nothing but changes of state are. What lapses is to be removed.</summary>
    /// <param name="silences">Those that hold now.</param>
    public IReadOnlyList<Event> Take(AlertStep step, IReadOnlyList<Silence> silences, DateTimeOffset now)
    {
        UpdatedAt = now;
        if (step is AlertStep.Resolve resolve)
        {
            (State, Reason, ResolvedAt) = (AlertState.Resolved, resolve.Reason, now);
            return [this.Resolved()];
        }
        var fires = step is AlertStep.Stand { State: AlertState.Firing } && State == AlertState.Pending;
        if (step is AlertStep.Stand stand)
            (State, Items, Severity, Measure) = (stand.State, stand.Items, Rule.Severity, Rule.Measure);
        Silenced = IsSilenced(silences);
        if (fires)
            FiredAt = now;
        return State == AlertState.Firing && !IsAnnounced ? Tell(fires, now) : [];
    }

    private IReadOnlyList<Event> Tell(bool fires, DateTimeOffset now)
    {
        if (Silenced)
            return fires ? [this.FiredInSilence()] : [];
        AnnouncedAt = now;
        return [this.Fired()];
    }

    private bool IsSilenced(IReadOnlyList<Silence> silences) => State == AlertState.Firing && silences.Any(s => s.Matches(this));

    /// <summary>Says that somebody looks after it; it goes on firing.</summary>
    public Refusal? Acknowledge(string? note, Actor actor, DateTimeOffset now)
    {
        if (Texts.Longer("note", note, Limits.Reason) is { } refusal)
            return refusal;
        if (!IsOpen)
            return new AlertOver();
        (AcknowledgedBy, AcknowledgedAt, Note, UpdatedAt) = (actor.Value, now, note, now);
        return null;
    }
}
