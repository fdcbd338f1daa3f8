using ModelHub.Domain.Webhooks;
using Npgsql;
using NpgsqlTypes;

namespace ModelHub.Database.Webhooks;

/// <summary>Writes down how a try ended, if the one who tried still holds the webhook. Not an event: tries are many, and their log is this table.</summary>
public sealed class RecordAttempt(NpgsqlDataSource source)
{
    /// <param name="next">Null when it is not tried again.</param>
    /// <returns>False when another worker has taken over: what it does counts.</returns>
    public async Task<bool> RunAsync(WebhookDelivery delivery, Guid lease, AttemptOutcome outcome, DateTimeOffset? next, CancellationToken ct)
    {
        var state = outcome.Delivered ? DeliveryState.Delivered : next is null ? DeliveryState.Parked : DeliveryState.Pending;
        await using var command = source.CreateCommand(
            """
            with mine as (
                select from webhook_positions where webhook_id = $1 and lease = $2 for update),
            written as (
                update webhook_deliveries set state = $4, attempts = attempts + 1, next_attempt_at = coalesce($5, next_attempt_at), status = $6, failure = $7,
                    delivered_at = case when $4 = 'Delivered' then $8 end, revision = revision + 1
                where id = $3 and state = 'Pending' and exists (select from mine) returning id)
            insert into webhook_attempts (delivery_id, at, duration_ms, status, failure, answer)
            select id, $8, $9, $6, $7, $10 from written
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = delivery.WebhookId.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = lease });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = delivery.Id.Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = state.ToString() });
        command.Parameters.Add(new NpgsqlParameter { Value = next is { } at ? at : DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter { Value = outcome.Status is { } status ? status : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
        command.Parameters.Add(new NpgsqlParameter { Value = outcome.Failure is { } failure ? failure : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = outcome.At });
        command.Parameters.Add(new NpgsqlParameter<double> { TypedValue = outcome.DurationMs });
        command.Parameters.Add(new NpgsqlParameter { Value = outcome.Answer is { } answer ? answer : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }
}
