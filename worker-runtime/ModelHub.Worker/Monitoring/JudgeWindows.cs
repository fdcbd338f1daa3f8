using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Events;
using ModelHub.Database.Monitoring;
using ModelHub.Domain.Monitoring;
using ModelHub.Domain.Rollouts;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Monitoring;

/// <summary>
/// Judges every endpoint's windows as they end: reads what a window is judged by, asks the domain, writes once. Two workers may judge the same window; what
/// they write is the same and stands once.
/// </summary>
internal sealed partial class JudgeWindows(IDbContextFactory<ModelHubDb> databases, Changes changes, ObserveWindow observe, ILogger<JudgeWindows> logger, TimeProvider time) : Loop(changes, logger)
{
    private readonly Dictionary<EndpointId, DateTimeOffset> judged = [];
    private readonly Settling settling = new(time.GetUtcNow());

    protected override async Task<bool> RunOnceAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var endpoints = await db.Endpoints.AsNoTracking().Select(e => new { e.Id, e.Monitoring }).ToListAsync(ct);
        if (!settling.IsOver(time.GetUtcNow())) return false;
        foreach (var gone in judged.Keys.Except(endpoints.Select(e => e.Id)).ToList()) judged.Remove(gone);
        var more = false;
        foreach (var endpoint in endpoints) more |= await JudgeAsync(db, endpoint.Id, endpoint.Monitoring ?? MonitoringPolicy.Default, ct);
        settling.Done(time.GetUtcNow());
        return more;
    }

    /// <returns>Whether the window behind it is over too.</returns>
    private async Task<bool> JudgeAsync(ModelHubDb db, EndpointId endpoint, MonitoringPolicy policy, CancellationToken ct)
    {
        var last = judged.TryGetValue(endpoint, out var known) ? known : await LastAsync(db, endpoint, ct);
        if (last is { } to) judged[endpoint] = to;
        if (DueWindow.Of(policy, last, time.GetUtcNow()) is not { } window) return false;
        var began = Stopwatch.GetTimestamp();
        var variants = await observe.ReadAsync(db, endpoint, policy, window, time.GetUtcNow(), ct);
        var found = variants.Select(facts => (Facts: facts, Values: JudgeWindow.Of(facts))).ToList();
        var outcomes = variants.Where(facts => facts.Outcomes.Rows > 0).Select(facts => new VariantOutcomes(endpoint, facts.Variant, facts.Version, new(window.From, window.To, facts.Outcomes)));
        // All variants at once: after a kill the window is judged wholly or not at all, and never again for some of them.
        await WriteMonitorValues.RunAsync(db, [.. found.SelectMany(f => f.Values)], [.. outcomes], ct);
        foreach (var (facts, values) in found)
            if (values.Count(value => value.Breached == true) is var breaches and > 0)
                LogBreached(endpoint.Value, facts.Variant.Value, window.From, window.To, breaches, values.Count);
        judged[endpoint] = window.To;
        var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        LogJudged(endpoint.Value, window.From, window.To, took);
        return DueWindow.Of(policy, window.To, time.GetUtcNow()) is not null;
    }

    /// <summary>Each window that was judged has a rate, also one without requests.</summary>
    private static Task<DateTimeOffset?> LastAsync(ModelHubDb db, EndpointId endpoint, CancellationToken ct) =>
        db.MonitorValues.Where(v => v.EndpointId == endpoint && v.Measure == Measures.RequestRate).MaxAsync(v => (DateTimeOffset?)v.WindowTo, ct);

    [LoggerMessage(Level = LogLevel.Information, Message = "Endpoint {Endpoint}, variant {Variant}, {From:O} to {To:O}: {Breaches} of {Values} figures are beyond their limits")]
    private partial void LogBreached(Guid endpoint, Guid variant, DateTimeOffset from, DateTimeOffset to, int breaches, int values);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Endpoint {Endpoint}: {From:O} to {To:O} was judged in {Milliseconds} ms")]
    private partial void LogJudged(Guid endpoint, DateTimeOffset from, DateTimeOffset to, double milliseconds);
}
