namespace ModelHub.Api.Monitoring;

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class MonitorQueries
{
    /// <summary>One input column of the traffic to an endpoint's primary, beside what it is held against; null for a column that is not counted. The last hour when no time is named.</summary>
    /// <param name="column">Its name.</param>
    public static async Task<ColumnDistribution?> GetColumnDistributionAsync(
        string model, string environment, string column, DateTimeOffset? from, DateTimeOffset? to, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        var (now, of) = (time.GetUtcNow(), MonitoredTime.Of(from, to, time.GetUtcNow()));
        var endpoint = (await db.Endpoints.AsNoTracking().Include(e => e.Model).SingleOrDefaultAsync(e => e.Model.Name == model && e.Environment.Name == environment, ct))
            .IfVisible(caller, e => e.Model.Name);
        return endpoint is null ? null : await ReadDistribution.RunAsync(db, endpoint, column, of.From, of.To, now, ct);
    }
}
