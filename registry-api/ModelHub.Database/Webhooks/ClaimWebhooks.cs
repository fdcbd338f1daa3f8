using Npgsql;

namespace ModelHub.Database.Webhooks;

/// <summary>Which webhooks have something to send now, and who sends it: one worker at a time, or messages would pass each other.</summary>
public sealed class ClaimWebhooks(NpgsqlDataSource source)
{
    /// <summary>Longer than a try takes. A worker that is gone keeps a webhook from others for so long.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>Active webhooks whose oldest waiting message is due and which nobody holds.</summary>
    public async Task<IReadOnlyList<Guid>> DueAsync(int most, CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            """
            select p.webhook_id from webhook_positions p join webhooks w on w.id = p.webhook_id
            cross join lateral (
                select next_attempt_at from webhook_deliveries d where d.webhook_id = p.webhook_id and d.state = 'Pending'
                order by event_xid, event_sequence limit 1) head
            where w.state = 'Active' and head.next_attempt_at <= now() and (p.leased_until is null or p.leased_until < now())
            order by head.next_attempt_at limit $1
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var due = new List<Guid>();
        while (await reader.ReadAsync(ct))
            due.Add(reader.GetGuid(0));
        return due;
    }

    /// <summary>Takes it, or keeps it for longer.</summary>
    /// <returns>False when another one holds it.</returns>
    public async Task<bool> HoldAsync(Guid webhook, Guid lease, CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            """
            update webhook_positions set lease = $2, leased_until = now() + $3
            where webhook_id = $1 and (lease = $2 or leased_until is null or leased_until < now())
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = webhook });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = lease });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = Lease });
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    public async Task LetGoAsync(Guid webhook, Guid lease, CancellationToken ct)
    {
        await using var command = source.CreateCommand("update webhook_positions set lease = null, leased_until = null where webhook_id = $1 and lease = $2");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = webhook });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = lease });
        await command.ExecuteNonQueryAsync(ct);
    }
}
