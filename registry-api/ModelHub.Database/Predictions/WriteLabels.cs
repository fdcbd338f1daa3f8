using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Database.Predictions;

/// <summary>Keeps labels as they arrive, all of them.</summary>
public static class WriteLabels
{
    /// <summary>In the caller's transaction, if there is one.</summary>
    /// <param name="labels">Checked, and at most <see cref="Label.MostAtOnce"/>.</param>
    public static async Task<LabelCounts> RunAsync(
        ModelHubDb db, EndpointId endpoint, IReadOnlyList<GivenLabel> labels, string source, DateTimeOffset now, CancellationToken ct)
    {
        Guid[] ids = [.. labels.Select(_ => Guid.CreateVersion7(now))];
        string[] requests = [.. labels.Select(l => l.Request)], values = [.. labels.Select(l => l.Value)];
        int[] rows = [.. labels.Select(l => l.Row)];
        DateTimeOffset[] observed = [.. labels.Select(l => l.ObservedAt)];
        // What is counted is seen as it was before: a statement does not see its own rows.
        return (await db.Database.SqlQuery<LabelCounts>($"""
            with given as materialized (
              select g.*, row_number() over (partition by request, row, value, observed order by place) > 1 as again,
                     first_value(value) over (partition by request, row order by place) <> value as otherwise
              from unnest({ids}, {requests}, {rows}, {values}, {observed}) with ordinality as g (id, request, row, value, observed, place)),
            kept as (
              insert into labels (id, endpoint_id, request_id, row, value, observed_at, arrived_at, source)
              select id, {endpoint.Value}, request, row, value, observed, {now}, {source} from given)
            select count(*) as labels,
                   count(*) filter (where g.again or exists (
                     select from labels l where l.endpoint_id = {endpoint.Value} and l.request_id = g.request and l.row = g.row and l.value = g.value and l.observed_at = g.observed)
                     or g.value = (select l.value from labels l where l.endpoint_id = {endpoint.Value} and l.request_id = g.request and l.row = g.row order by l.observed_at desc, l.value collate "C" desc limit 1)) as duplicates,
                   count(*) filter (where g.otherwise or exists (
                     select from labels l where l.endpoint_id = {endpoint.Value} and l.request_id = g.request and l.row = g.row and l.value <> g.value)) as corrections,
                   count(*) filter (where not exists (select from predictions p where p.endpoint_id = {endpoint.Value} and p.request_id = g.request)) as pending
            from given g
            """).ToListAsync(ct)).Single();
    }
}
