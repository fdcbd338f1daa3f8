using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Database.Predictions;

public static class ReadLedgerTotals
{
    public static async Task<IReadOnlyDictionary<EndpointId, LedgerTotals>> RunAsync(ModelHubDb db, IReadOnlyCollection<EndpointId> endpoints, CancellationToken ct)
    {
        Guid[] asked = [.. endpoints.Select(e => e.Value)];
        var rows = await db.Database.SqlQuery<Counted>($"""
            select e.id as endpoint, coalesce(c.sampled, 0)::bigint as sampled, coalesce(c.stored, 0)::bigint as stored, coalesce(c.dropped, 0)::bigint as dropped,
                   coalesce(l.labels, 0) as labels, coalesce(l.pending, 0) as pending
            from unnest({asked}) as e(id)
            left join (select endpoint_id, sum(sampled) as sampled, sum(stored) as stored, sum(dropped) as dropped from ledger_counts where endpoint_id = any({asked}) group by endpoint_id) c
              on c.endpoint_id = e.id
            left join (
              select a.endpoint_id, count(*) as labels,
                     count(*) filter (where not exists (select from predictions p where p.endpoint_id = a.endpoint_id and p.request_id = a.request_id)) as pending
              from labels a where a.endpoint_id = any({asked}) group by a.endpoint_id) l
              on l.endpoint_id = e.id
            """).ToListAsync(ct);
        return rows.ToDictionary(r => EndpointId.From(r.Endpoint), r => new LedgerTotals(r.Sampled, r.Stored, r.Dropped, r.Labels, r.Pending));
    }

    private sealed record Counted(Guid Endpoint, long Sampled, long Stored, long Dropped, long Labels, long Pending);
}
