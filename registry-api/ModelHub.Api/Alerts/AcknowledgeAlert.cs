using ModelHub.Domain.Alerts;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Alerts;

internal sealed record AcknowledgeAlertInput([property: ID<Alert>] AlertId Alert, string? Note, string? IdempotencyKey);

[MutationType]
internal static class AcknowledgeAlert
{
    /// <summary>Says that somebody looks after it. It goes on firing until the figures are good again.</summary>
    [Authorize(nameof(Permission.Operate))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(AlertNotFound))]
    [Error(typeof(AlertOver))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Alert, Refusal>> AcknowledgeAlertAsync(AcknowledgeAlertInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(AcknowledgeAlert), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<Alert>> RunAsync(AcknowledgeAlertInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        var found = await db.Alerts.Include(a => a.Rule).Include(a => a.Endpoint.Model).Include(a => a.Endpoint.Environment).SingleOrDefaultAsync(a => a.Id == input.Alert, ct);
        if (found.IfVisible(caller, a => a.Endpoint.Model.Name) is not { } alert)
            return new AlertNotFound();
        if (!caller.May(Permission.Operate, alert.Place()))
            return new NotPermitted();
        if (alert.Acknowledge(input.Note, caller.Actor, now) is { } refusal)
            return refusal;
        var told = new AlertAcknowledged(alert.Id.Value, alert.Rule.Name, alert.Endpoint.Model.Name, alert.Endpoint.Environment.Name, input.Note);
        return await db.CommitAsync(told, caller.Actor, ct) is { } refused ? refused : alert;
    }
}
