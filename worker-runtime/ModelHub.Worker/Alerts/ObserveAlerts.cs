using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Alerts;
using ModelHub.Domain.Rollouts;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;

namespace ModelHub.Worker.Alerts;

/// <summary>One rule at one endpoint, with the alert that is open there and what its next step depends on.</summary>
internal sealed record ObservedAlert(AlertRule Rule, Endpoint Endpoint, Alert? Open, AlertFacts Facts);

/// <summary>All that alerts are judged by, read once in a handful of statements however many rules and endpoints there are.</summary>
internal sealed record ObservedAlerts(IReadOnlyList<ObservedAlert> Pairs, IReadOnlyList<Silence> Silences)
{
    public static async Task<ObservedAlerts> ReadAsync(ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        var states = AlertStates.Open;
        var open = await db.Alerts.AsNoTracking().Where(a => states.Contains(a.State))
            .Include(a => a.Rule).Include(a => a.Endpoint.Model).Include(a => a.Endpoint.Environment).ToListAsync(ct);
        var rules = await db.AlertRules.AsNoTracking().Where(r => r.DeletedAt == null && r.Enabled).ToListAsync(ct);
        if (open.Count == 0 && rules.Count == 0)
            return new([], []);
        var endpoints = await db.Endpoints.AsNoTracking().Include(e => e.Variants.Where(v => v.ValidTo == null)).ThenInclude(v => v.Version)
            .Where(e => e.Variants.Any(v => v.ValidTo == null)).ToListAsync(ct);
        var silences = await db.Silences.AsNoTracking().Where(s => s.EndedAt == null && s.Until > now).ToListAsync(ct);
        return new(await PairAsync(db, rules, endpoints, open, now, ct), silences);
    }

    private static async Task<IReadOnlyList<ObservedAlert>> PairAsync(
        ModelHubDb db, List<AlertRule> rules, List<Endpoint> endpoints, List<Alert> open, DateTimeOffset now, CancellationToken ct)
    {
        var back = rules.Select(r => r.Condition.LooksBack()).DefaultIfEmpty().Max();
        var readings = await db.ReadingsAsync([.. rules.Select(r => r.Measure).Distinct()], now - back, ct);
        var standing = open.ToDictionary(a => (a.RuleId, a.EndpointId));
        var pairs = new List<ObservedAlert>();
        foreach (var rule in rules)
            foreach (var endpoint in endpoints.Where(e => rule.Covers(e.ModelId, e.EnvironmentId)))
            {
                standing.Remove((rule.Id, endpoint.Id), out var alert);
                pairs.Add(new(rule, endpoint, alert, FactsOf(rule, endpoint, alert, readings, now)));
            }
        // Of rules that judge no more, and at endpoints where nothing serves any more.
        pairs.AddRange(standing.Values.Select(a => new ObservedAlert(a.Rule, a.Endpoint, a, new(a.Items, new Dictionary<int, DateTimeOffset>(), [], null))));
        return pairs;
    }

    private static AlertFacts FactsOf(
        AlertRule rule, Endpoint endpoint, Alert? alert, ILookup<(EndpointId, string), Reading> readings, DateTimeOffset now)
    {
        var own = readings[(endpoint.Id, rule.Measure)].Where(r => r.To > now - rule.Condition.LooksBack()).ToList();
        var serving = endpoint.Variants.GroupBy(v => v.Version.Number).ToDictionary(g => g.Key, g => g.Min(v => v.ValidFrom));
        return new(alert?.Items ?? [], serving, own, own.Where(r => r.Value is not null).Max(r => (DateTimeOffset?)r.To));
    }
}
