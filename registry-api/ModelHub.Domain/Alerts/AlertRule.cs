using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Models;
using Environment = ModelHub.Domain.Environments.Environment;

namespace ModelHub.Domain.Alerts;

/// <summary>Which figures are held against which limit, at which endpoints. A deleted one stays for the history of its alerts.</summary>
public sealed partial class AlertRule : IRevisioned
{
    private AlertRule()
    {
    }

    public AlertRuleId Id { get; private set; }

    public string Name { get; private set; } = "";

    public string? Description { get; private set; }

    /// <summary>Null: at every model.</summary>
    public ModelId? ModelId { get; private set; }

    public Model? Model { get; private set; }

    /// <summary>Null: in every environment.</summary>
    public EnvironmentId? EnvironmentId { get; private set; }

    public Environment? Environment { get; private set; }

    public AlertCondition Condition { get; private set; } = AlertCondition.Default;

    /// <summary>The condition's, where lists are filtered by it.</summary>
    public string Measure { get; private set; } = "";

    public AlertSeverity Severity { get; private set; }

    /// <summary>What is not enabled is not judged; what had fired resolves.</summary>
    public bool Enabled { get; private set; }

    public string CreatedBy { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public DateTimeOffset? DeletedAt { get; private set; }

    public long Revision { get; private set; }

    public static Result<AlertRule> Create(string name, AlertScope scope, AlertRuleSettings settings, Actor actor, DateTimeOffset now)
    {
        var rule = new AlertRule
        {
            Id = AlertRuleId.New(now),
            Name = name,
            ModelId = scope.Model,
            EnvironmentId = scope.Environment,
            CreatedBy = actor.Value,
            CreatedAt = now,
        };
        return (EntityName.NotASimpleName("name", name) ?? rule.Change(settings, now)) is { } refusal ? refusal : rule;
    }

    /// <summary>From the next figures on; what is open is judged by the new settings then.</summary>
    public Refusal? Change(AlertRuleSettings settings, DateTimeOffset now)
    {
        if ((Texts.Longer("description", settings.Description, Limits.Description) ?? settings.Condition.Check()) is { } refusal)
            return refusal;
        (Description, Condition, Measure, Severity, Enabled, UpdatedAt) =
            (settings.Description, settings.Condition, settings.Condition.Measure, settings.Severity, settings.Enabled, now);
        return null;
    }

    public void Delete(DateTimeOffset now) => (DeletedAt, UpdatedAt) = (now, now);

    public bool Covers(ModelId model, EnvironmentId environment) =>
        (ModelId is null || ModelId == model) && (EnvironmentId is null || EnvironmentId == environment);
}

/// <summary>Where a rule holds: null stands for every model, or every environment.</summary>
public readonly record struct AlertScope(ModelId? Model, EnvironmentId? Environment);

/// <summary>What can be changed of a rule.</summary>
public sealed record AlertRuleSettings(AlertCondition Condition, AlertSeverity Severity, bool Enabled, string? Description);
