using ModelHub.Domain.Alerts;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Alerts;

internal sealed record DeleteAlertRuleInput(string Name, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class DeleteAlertRule
{
    /// <summary>Judges by it no more; what it had fired resolves, and stays as history.</summary>
    [Authorize(nameof(Permission.Operate))]
    [Error(typeof(AlertRuleNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<AlertRule, Refusal>> DeleteAlertRuleAsync(DeleteAlertRuleInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(DeleteAlertRule), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<AlertRule>> RunAsync(DeleteAlertRuleInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.FindAlertRuleAsync(input.Name, caller, ct) is not { } rule)
            return new AlertRuleNotFound(input.Name);
        if (!caller.May(Permission.Operate, rule.Place()))
            return new NotPermitted();
        if (Expect.Revision(rule, input.ExpectedRevision) is { } conflict)
            return conflict;
        rule.Delete(now);
        return await db.CommitAsync(new AlertRuleDeleted(rule.Name), caller.Actor, ct) is { } refused ? refused : rule;
    }
}
