using ModelHub.Domain.Monitoring;

namespace ModelHub.Api.Monitoring;

/// <summary>The judged windows of an endpoint that ended in (from, to], as a <see cref="MonitoredTime"/> has it.</summary>
/// <param name="Measure">Null: all.</param>
/// <param name="Column">Null: all.</param>
/// <param name="Beside">One more measure.</param>
internal sealed record MonitorsOf(EndpointId Endpoint, string? Measure, string? Column, DateTimeOffset? From, DateTimeOffset? To, string? Beside = null);

/// <summary>Newest windows first; all endpoints that are asked the same in one command.</summary>
internal sealed class MonitorValuesOfEndpoint(IDbContextFactory<ModelHubDb> factory, TimeProvider time) : GroupedDataLoader<MonitorsOf, MonitorValue>
{
    /// <summary>Of one request.</summary>
    public const int Most = 20_000;

    protected override async Task<ILookup<MonitorsOf, MonitorValue>> LoadGroupsAsync(IReadOnlyList<MonitorsOf> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var found = new List<(MonitorsOf Key, MonitorValue Value)>();
        foreach (var same in keys.GroupBy(key => key with { Endpoint = default }))
        {
            var endpoints = same.Select(key => key.Endpoint).ToList();
            var (measure, column, beside) = (same.Key.Measure, same.Key.Column, same.Key.Beside);
            var (from, to) = MonitoredTime.Of(same.Key.From, same.Key.To, time.GetUtcNow());
            var values = await db.MonitorValues.AsNoTracking()
                .Where(v => endpoints.Contains(v.EndpointId) && v.WindowTo > from && v.WindowTo <= to && (measure == null || v.Measure == measure || v.Measure == beside) && (column == null || v.Column == column))
                .OrderByDescending(v => v.WindowTo).ThenBy(v => v.Measure).ThenBy(v => v.Column).Take(Most).ToListAsync(ct);
            found.AddRange(values.Select(value => (same.Key with { Endpoint = value.EndpointId }, value)));
        }
        return found.ToLookup(f => f.Key, f => f.Value);
    }
}
