using ModelHub.Domain.Events;

namespace ModelHub.Domain.Alerts;

/// <summary>An alert's changes of state in the words of events.</summary>
public static class AlertEventsOf
{
    /// <param name="alert">With its rule, and its endpoint's model and environment; with at least one item.</param>
    public static Event Fired(this Alert alert)
    {
        var (told, model, environment) = (alert.Items[0], alert.Endpoint.Model.Name, alert.Endpoint.Environment.Name);
        var columns = alert.Items.Where(i => i.Firing).Select(i => i.Column).OfType<string>().Distinct().Take(AlertItem.MostTold).ToList();
        return new AlertFired(
            alert.Id.Value, alert.Rule.Name, alert.Severity, model, environment, alert.Measure, told.Column, told.Segment, told.Version,
            told.Value, told.Limit, told.Samples, told.From, told.To, columns);
    }

    /// <inheritdoc cref="Fired"/>
    public static Event FiredInSilence(this Alert alert) =>
        new AlertFiredInSilence(alert.Id.Value, alert.Rule.Name, alert.Severity, alert.Endpoint.Model.Name, alert.Endpoint.Environment.Name, alert.Measure);

    /// <summary>Under the name that fits what was told before.</summary>
    /// <inheritdoc cref="Fired"/>
    public static Event Resolved(this Alert alert)
    {
        var (told, model, environment) = (alert.Items[0], alert.Endpoint.Model.Name, alert.Endpoint.Environment.Name);
        return alert.IsAnnounced
            ? new AlertResolved(
                alert.Id.Value, alert.Rule.Name, alert.Severity, model, environment, alert.Measure, told.Column, told.Segment, told.Version,
                told.Value, told.Limit, told.Samples, told.From, told.To, alert.Reason!)
            : new AlertResolvedInSilence(alert.Id.Value, alert.Rule.Name, model, environment, alert.Measure, alert.Reason!);
    }
}
