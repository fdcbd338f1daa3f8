using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Predictions.Quality;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Database.Predictions;

public static class ReadLabelMaturity
{
    /// <summary>How many of the answered rows of a part of the ledger had a label when they were so old.</summary>
    /// <param name="part">Its endpoint is not looked at.</param>
    public static async Task<IReadOnlyDictionary<EndpointId, IReadOnlyList<MaturityPoint>>> RunAsync(
        ModelHubDb db, IReadOnlyCollection<EndpointId> endpoints, LedgerPart part, DateTimeOffset now, CancellationToken ct)
    {
        Guid[] asked = [.. endpoints.Select(e => e.Value)];
        double[] ages = [.. LabelMaturity.Ages.Select(a => a.TotalSeconds)];
        var known = part.KnownAt?.ToUniversalTime() ?? now;
        var rows = await db.Database.SqlQuery<Counted>($"""
            with asked as materialized (
              select p.endpoint_id, p.id, p.request_id, p.at, p.rows from predictions p
              where p.endpoint_id = any({asked}) and p.at >= {part.From.ToUniversalTime()} and p.at < {part.Until.ToUniversalTime()} and p.outcome = 'Answered'
                and ({part.Number}::int is null or p.version_id in (select v.id from endpoints e join versions v on v.model_id = e.model_id and v.number = {part.Number} where e.id = p.endpoint_id))),
            came as materialized (
              select a.endpoint_id, a.at, min(l.arrived_at) as first from asked a
              join labels l on l.endpoint_id = a.endpoint_id and l.request_id = a.request_id and l.row < a.rows and l.arrived_at <= {known}
              group by a.endpoint_id, a.id, a.at, l.row)
            select e.id as endpoint, g.age as seconds,
                   (select coalesce(sum(a.rows), 0)::bigint from asked a where a.endpoint_id = e.id and a.at + make_interval(secs => g.age) <= {known}) as predictions,
                   (select count(*) from came c where c.endpoint_id = e.id and c.at + make_interval(secs => g.age) <= {known} and c.first - c.at <= make_interval(secs => g.age)) as labelled
            from unnest({asked}) as e(id) cross join unnest({ages}) as g(age) order by e.id, g.age
            """).ToListAsync(ct);
        return rows.GroupBy(r => EndpointId.From(r.Endpoint)).ToDictionary(
            g => g.Key, g => (IReadOnlyList<MaturityPoint>)[.. g.Select(r => new MaturityPoint(TimeSpan.FromSeconds(r.Seconds), r.Predictions, r.Labelled))]);
    }

    private sealed record Counted(Guid Endpoint, double Seconds, long Predictions, long Labelled);
}
