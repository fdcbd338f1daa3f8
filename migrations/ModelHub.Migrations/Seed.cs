using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Access;
using ModelHub.Domain.Alerts;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Events;
using Environment = ModelHub.Domain.Environments.Environment;

namespace ModelHub.Migrations;

internal static class Seed
{
    private static readonly Actor Us = Actor.System("migrations");

    /// <summary>A fresh database has <c>staging</c>, which asks for nobody, and <c>production</c>, which asks for one approval.</summary>
    public static async Task EnvironmentsAsync(ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.Environments.AnyAsync(ct))
            return;

        var staging = Environment.Create("staging", 1, Policy.Open, now).Value;
        var production = Environment.Create("production", 2, Policy.Open with { Approvals = 1 }, now).Value;
        db.Environments.AddRange(staging, production);
        db.PolicyVersions.AddRange(staging.Record(Us, "as seeded", now), production.Record(Us, "as seeded", now));
        var events = new List<Event>
        {
            new EnvironmentCreated(staging.Name, staging.Rank),
            new EnvironmentCreated(production.Name, production.Rank),
        };
        await CommitAsync(db, events, ct);
    }

    /// <summary>Policies that are older than their history become its first version.</summary>
    public static async Task PolicyVersionsAsync(ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        var unrecorded = await db.Environments.Where(e => e.PolicyNumber == 0).ToListAsync(ct);
        if (unrecorded.Count == 0)
            return;
        db.PolicyVersions.AddRange(unrecorded.Select(e => e.Record(Us, "as it stood when policies got a history", now)));
        await CommitAsync(db, [], ct);
    }

    /// <summary>A database that never had an alert rule gets the ready ones. Deleted ones stay as rows, so they do not come back.</summary>
    public static async Task AlertRulesAsync(ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.AlertRules.AnyAsync(ct))
            return;
        var rules = ReadyRules.All.Select(r => AlertRule.Create(r.Name, default, new AlertRuleSettings(r.Condition, r.Severity, Enabled: true, r.Description), Us, now).Value).ToList();
        db.AlertRules.AddRange(rules);
        await CommitAsync(db, [.. rules.Select(r => new AlertRuleCreated(r.Name, null, null, r.Condition, r.Severity))], ct);
    }

    private static async Task CommitAsync(ModelHubDb db, IReadOnlyList<Event> events, CancellationToken ct)
    {
        if (await db.CommitAsync(events, Us, ct) is { } refusal)
            throw new InvalidOperationException($"The database cannot be seeded: {refusal.Message}");
    }
}
