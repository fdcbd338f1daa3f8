using ModelHub.Domain.Alerts;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Alerts;

/// <summary>What is left out matches anything; one at least is given.</summary>
/// <param name="Rule">A rule's name.</param>
/// <param name="Column">Matches an alert only when no other column fires in it.</param>
internal sealed record AlertMatcherInput(string? Rule, string? Model, string? Environment, string? Measure, string? Column);

/// <param name="Until">At most 90 days ahead.</param>
internal sealed record SilenceAlertsInput(AlertMatcherInput Matcher, DateTimeOffset Until, string Why, string? IdempotencyKey);

[MutationType]
internal static class SilenceAlerts
{
    /// <summary>For a while nobody is told of the alerts that match. They are judged all the same, and what still fires at the end is told then.</summary>
    [Authorize(nameof(Permission.Operate))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(AlertRuleNotFound))]
    [Error(typeof(ModelNotFound))]
    [Error(typeof(EnvironmentNotFound))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Silence, Refusal>> SilenceAlertsAsync(SilenceAlertsInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(SilenceAlerts), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<Silence>> RunAsync(SilenceAlertsInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        var told = input.Matcher;
        if (!caller.May(Permission.Operate, FindAlerts.PlaceOf(told.Model, told.Environment)))
            return new NotPermitted();
        if ((await db.ScopeAsync(told.Model, told.Environment, caller, ct)).IsRefused(out var unknown, out var scope))
            return unknown;
        var rule = told.Rule is null ? null : await db.FindAlertRuleAsync(told.Rule, caller, ct);
        if (told.Rule is not null && rule is null)
            return new AlertRuleNotFound(told.Rule);
        var matcher = new AlertMatcher(rule?.Id, scope.Model, scope.Environment, told.Measure, told.Column);
        if (Silence.Begin(matcher, input.Until, input.Why, caller.Actor, now).IsRefused(out var refusal, out var silence))
            return refusal;
        db.Silences.Add(silence);
        var began = new AlertsSilenced(silence.Id.Value, told.Rule, told.Model, told.Environment, told.Measure, told.Column, silence.Until, silence.Why);
        return await db.CommitAsync(began, caller.Actor, ct) is { } refused ? refused : silence;
    }
}
