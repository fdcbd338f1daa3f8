using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Alerts;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Database;

public sealed partial class ModelHubDb
{
    /// <summary>What monitors found since a moment, by endpoint and measure.</summary>
    public async Task<ILookup<(EndpointId Endpoint, string Measure), Reading>> ReadingsAsync(IReadOnlyCollection<string> measures, DateTimeOffset since, CancellationToken ct)
    {
        var rows = await (
            from value in MonitorValues
            join version in Versions on value.VersionId equals version.Id
            where value.WindowTo > since && measures.Contains(value.Measure)
            select new
            {
                value.EndpointId,
                value.Measure,
                version.Number,
                value.Column,
                value.Segment,
                value.WindowFrom,
                value.WindowTo,
                value.Value,
                value.Samples,
                value.PValue,
                value.Threshold,
                value.Breached,
            }).AsNoTracking().ToListAsync(ct);
        return rows.ToLookup(
            r => (r.EndpointId, r.Measure),
            r => new Reading(r.Number, r.Column, r.Segment, r.WindowFrom, r.WindowTo, r.Value, r.Samples, r.PValue, r.Threshold, r.Breached));
    }
}
