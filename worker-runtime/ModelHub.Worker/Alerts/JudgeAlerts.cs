using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Events;
using ModelHub.Domain.Alerts;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Alerts;

/// <summary>
/// Holds what monitors found against the rules: read everything once, ask the domain about each rule at each endpoint, write what
/// changed. Two workers may do it at once: the revision, or the one open alert of rule and endpoint, lets one of them win.
/// </summary>
internal sealed partial class JudgeAlerts(IDbContextFactory<ModelHubDb> databases, Changes changes, ILogger<JudgeAlerts> logger, TimeProvider time)
    : Loop(changes, logger)
{
    private const int RestPerLook = 20;
    private static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(1);
    private DateTimeOffset rest;

    protected override async Task<bool> RunOnceAsync(CancellationToken ct)
    {
        if (time.GetUtcNow() < rest)
            return false;
        var began = Stopwatch.GetTimestamp();
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var observed = await ObservedAlerts.ReadAsync(db, now, ct);
        foreach (var pair in observed.Pairs)
            await AdvanceAsync(pair, observed.Silences, now, ct);
        // A look over many columns takes longer; it takes a twentieth of the database's time at most.
        var took = Stopwatch.GetElapsedTime(began) * RestPerLook;
        rest = time.GetUtcNow() + (took > ShortestRest ? took : ShortestRest);
        return false;
    }

    private async Task AdvanceAsync(ObservedAlert seen, IReadOnlyList<Silence> silences, DateTimeOffset now, CancellationToken ct)
    {
        var step = seen.Rule.Next(seen.Facts, now);
        if (step is AlertStep.Rest || seen.Open?.Keeps(step, silences) == true)
            return;
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await FindAsync(db, seen, now, ct) is not { } alert)
            return;
        if (step is AlertStep.Lapse)
            db.Alerts.Remove(alert);
        var events = step is AlertStep.Lapse ? [] : alert.Take(step, silences, now);
        if (await db.CommitAsync(events, OperationStore.Worker, ct) is { } refusal)
            LogLost(seen.Rule.Name, step.GetType().Name, refusal.Message);
        else if (events.Count > 0)
            LogStep(seen.Rule.Name, alert.Endpoint.Model.Name, alert.Endpoint.Environment.Name, alert.State, alert.Reason);
    }

    /// <summary>The alert to change, tracked, or a new one; null when somebody changed the open one since it was judged.</summary>
    private static async Task<Alert?> FindAsync(ModelHubDb db, ObservedAlert seen, DateTimeOffset now, CancellationToken ct)
    {
        if (seen.Open is { } open)
            return await db.Alerts.Include(a => a.Rule).Include(a => a.Endpoint.Model).Include(a => a.Endpoint.Environment)
                .SingleOrDefaultAsync(a => a.Id == open.Id && a.Revision == open.Revision, ct);
        var rule = await db.AlertRules.SingleAsync(r => r.Id == seen.Rule.Id, ct);
        var endpoint = await db.Endpoints.Include(e => e.Model).Include(e => e.Environment).SingleAsync(e => e.Id == seen.Endpoint.Id, ct);
        var alert = Alert.Begin(rule, endpoint, now);
        db.Alerts.Add(alert);
        return alert;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Alert {Rule} on {Model} in {Environment}: {State} {Reason}")]
    private partial void LogStep(string rule, string model, string environment, AlertState state, string? reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Alert {Rule}: {Step} was written by another one first ({Reason})")]
    private partial void LogLost(string rule, string step, string reason);
}
