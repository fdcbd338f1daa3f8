using ModelHub.Database.Monitoring;
using ModelHub.Domain.Monitoring;

namespace ModelHub.Api.Monitoring;

/// <summary>Reads one column of the traffic of an endpoint's primary, beside what it is held against.</summary>
internal static class ReadDistribution
{
    public static async Task<ColumnDistribution?> RunAsync(ModelHubDb db, Endpoint endpoint, string column, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, CancellationToken ct)
    {
        var primary = await db.Variants.AsNoTracking().Where(v => v.EndpointId == endpoint.Id && v.ValidTo == null && v.Role == VariantRole.Primary)
            .Select(v => new { v.Id, v.VersionId }).SingleOrDefaultAsync(ct);
        if (primary is null || (await ReadBaselines.RunAsync(db, [primary.VersionId], ct)).GetValueOrDefault(primary.VersionId) is not { } training)
            return null;
        var policy = endpoint.Monitoring ?? MonitoringPolicy.Default;
        var chosen = policy.Baseline is { } time ? await ReadSketches.ChosenAsync(db, endpoint.Id, primary.Id, time, now, ct) : null;
        return ColumnDistribution.Of(training, chosen, await ReadSketches.RunAsync(db, primary.Id, from, to, ct), column, policy.MinimumSamples);
    }
}
