using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Models;
using Environment = ModelHub.Domain.Environments.Environment;

namespace ModelHub.Domain.Alerts;

/// <summary>For a while nobody is told of alerts that match; they are judged all the same. What a matcher leaves out matches anything.</summary>
public sealed class Silence : IRevisioned
{
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    private Silence()
    {
    }

    public SilenceId Id { get; private set; }

    public AlertRuleId? RuleId { get; private set; }

    public AlertRule? Rule { get; private set; }

    public ModelId? ModelId { get; private set; }

    public Model? Model { get; private set; }

    public EnvironmentId? EnvironmentId { get; private set; }

    public Environment? Environment { get; private set; }

    public string? Measure { get; private set; }

    public string? Column { get; private set; }

    public string Why { get; private set; } = "";

    public DateTimeOffset Until { get; private set; }

    public string CreatedBy { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When it was ended by hand; null when its time runs, or ran out.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    public long Revision { get; private set; }

    public static Result<Silence> Begin(AlertMatcher matcher, DateTimeOffset until, string why, Actor actor, DateTimeOffset now)
    {
        if (matcher == new AlertMatcher())
            return new InvalidInput("matcher", "at least one of rule, model, environment, measure and column");
        if (until <= now || until > now + Longest)
            return new InvalidInput("until", $"in the future, at most {Longest.TotalDays} days");
        if (string.IsNullOrWhiteSpace(why))
            return new InvalidInput("why", "a reason");
        if ((Texts.Longer("why", why, Limits.Reason) ?? Texts.Longer("matcher.measure", matcher.Measure, Limits.Name) ?? Texts.Longer("matcher.column", matcher.Column, Limits.Name)) is { } refusal)
            return refusal;
        return new Silence
        {
            Id = SilenceId.New(now),
            RuleId = matcher.Rule,
            ModelId = matcher.Model,
            EnvironmentId = matcher.Environment,
            Measure = matcher.Measure,
            Column = matcher.Column,
            Why = why,
            Until = until,
            CreatedBy = actor.Value,
            CreatedAt = now,
        };
    }

    public Refusal? End(DateTimeOffset now)
    {
        if (!Holds(now))
            return new SilenceOver();
        EndedAt = now;
        return null;
    }

    public bool Holds(DateTimeOffset now) => EndedAt is null && now < Until;

    /// <summary>Whether it matches all that fires of an alert; one column more than it names, and the alert is heard.</summary>
    /// <param name="alert">With its endpoint.</param>
    public bool Matches(Alert alert) =>
        (RuleId is null || RuleId == alert.RuleId)
        && (ModelId is null || ModelId == alert.Endpoint.ModelId)
        && (EnvironmentId is null || EnvironmentId == alert.Endpoint.EnvironmentId)
        && (Measure is null || Measure == alert.Measure)
        && (Column is null || (alert.Items.Any(i => i.Firing) && alert.Items.Where(i => i.Firing).All(i => i.Column == Column)));
}

/// <summary>What a silence matches; what is left out matches anything.</summary>
public sealed record AlertMatcher(AlertRuleId? Rule = null, ModelId? Model = null, EnvironmentId? Environment = null, string? Measure = null, string? Column = null);
