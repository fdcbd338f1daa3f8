using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Webhooks;

namespace ModelHub.Database.Webhooks;

public static class ReadStandings
{
    /// <summary>How the messages of some webhooks stand. Only messages that failed have their tries looked at: those that arrived are many.</summary>
    public static async Task<IReadOnlyDictionary<WebhookId, WebhookStanding>> RunAsync(ModelHubDb db, IReadOnlyCollection<WebhookId> webhooks, CancellationToken ct)
    {
        Guid[] asked = [.. webhooks.Select(webhook => webhook.Value)];
        var rows = await db.Database.SqlQuery<Row>($"""
            select w.id as webhook, n.waiting, n.parked, n.delivered, head.next_attempt_at as next, arrived.at as arrived,
                   case when head.attempts > 0 then failed.at end as failing, case when head.attempts > 0 then head.failure end as failure
            from unnest({asked}) as w(id)
            cross join lateral (
              select count(*) filter (where state = 'Pending') as waiting, count(*) filter (where state = 'Parked') as parked, count(*) filter (where state = 'Delivered') as delivered
              from webhook_deliveries where webhook_id = w.id) n
            left join lateral (
              select id, attempts, failure, next_attempt_at from webhook_deliveries where webhook_id = w.id and state = 'Pending'
              order by event_xid, event_sequence limit 1) head on true
            left join lateral (
              select delivered_at as at from webhook_deliveries where webhook_id = w.id and state = 'Delivered' order by event_sequence desc limit 1) arrived on true
            left join lateral (
              select min(a.at) as at from webhook_deliveries d join webhook_attempts a on a.delivery_id = d.id
              where d.webhook_id = w.id and (d.id = head.id or d.state = 'Parked') and a.failure is not null and a.at > coalesce(arrived.at, '-infinity')) failed on true
            """).ToListAsync(ct);
        return rows.ToDictionary(
            row => WebhookId.From(row.Webhook), row => new WebhookStanding(row.Waiting, row.Parked, row.Delivered, row.Failing, row.Failure, row.Next, row.Arrived));
    }

    private sealed record Row(
        Guid Webhook, long Waiting, long Parked, long Delivered, DateTimeOffset? Next, DateTimeOffset? Arrived, DateTimeOffset? Failing, string? Failure);
}
