using ModelHub.Domain.Events;
using ModelHub.Domain.Webhooks;
using Npgsql;
using NpgsqlTypes;

namespace ModelHub.Database.Webhooks;

/// <summary>
/// Turns events into deliveries: what a webhook wants of the next piece of the log, and its new place in the log, are written
/// in one transaction. Only events that nothing can appear before any more are looked at, so none is passed over.
/// </summary>
public sealed class FanOutEvents(NpgsqlDataSource source)
{
    private const int Batch = 1_000;

    /// <returns>Whether more is there at once.</returns>
    public async Task<bool> RunAsync(Guid webhook, string name, IReadOnlyList<string> types, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // A webhook's place is held meanwhile; another worker that is at it is left to it.
        await using var command = new NpgsqlCommand(
            """
            with place as (
                select xid, sequence from webhook_positions where webhook_id = $1 for update skip locked),
            piece as (
                select e.* from events e, place where (e.xid, e.sequence) > (place.xid, place.sequence) and e.xid < pg_snapshot_xmin(pg_current_snapshot())
                order by e.xid, e.sequence limit $2),
            made as (
                insert into webhook_deliveries (id, webhook_id, event_xid, event_sequence, event_id, type, state, attempts, next_attempt_at, created_at, revision)
                select gen_random_uuid(), $1, xid, sequence, id, type, 'Pending', 0, now(), now(), 1 from piece
                where (cardinality($3) = 0 or type like any($3) or (type = $4 and subject = $6)) and not (type = $5 and subject = $6)
                on conflict do nothing),
            moved as (
                update webhook_positions p set xid = last.xid, sequence = last.sequence
                from (select xid, sequence from piece order by xid desc, sequence desc limit 1) last where p.webhook_id = $1)
            select count(*) from piece
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = webhook });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Batch });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. types.Select(EventPattern.Like)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = WebhookPinged.TypeName });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = WebhookDeliveryParked.TypeName });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Subjects.Webhook(name) });
        var seen = (long)(await command.ExecuteScalarAsync(ct))!;
        await transaction.CommitAsync(ct);
        return seen == Batch;
    }
}
