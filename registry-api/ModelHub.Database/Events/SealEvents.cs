using Npgsql;
using NpgsqlTypes;

namespace ModelHub.Database.Events;

/// <summary>
/// Chains events that cannot change any more, in the order readers see them, and writes down the new head. It may be
/// killed at any line and run anywhere: one runs at a time, and a run is one transaction.
/// </summary>
public sealed class SealEvents(NpgsqlDataSource source)
{
    private const int Batch = 1_000;

    /// <summary>Any number; the same for all sealers.</summary>
    private const long Turn = 0x7365616c;

    /// <summary>Seals all that can be sealed now.</summary>
    /// <returns>How many events were sealed; 0 also when another one is at it.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var all = 0;
        int some;
        do
        {
            some = await SealBatchAsync(ct);
            all += some;
        }
        while (some == Batch);
        return all;
    }

    private async Task<int> SealBatchAsync(CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (!await TakeTurnAsync(connection, ct))
            return 0;

        var (position, hash) = await HeadAsync(connection, ct);
        var rows = await UnsealedAsync(connection, ct);
        if (rows.Count == 0)
            return 0;

        var chain = new List<(long Sequence, long Position, byte[] Previous, byte[] Hash)>(rows.Count);
        foreach (var row in rows)
        {
            var previous = hash;
            hash = EventChain.Hash(previous, ++position, row);
            chain.Add((row.Sequence, position, previous, hash));
        }

        await WriteAsync(connection, chain, ct);
        await WriteHeadAsync(connection, position, rows[^1].Cursor, hash, ct);
        await transaction.CommitAsync(ct);
        return rows.Count;
    }

    private static async Task<bool> TakeTurnAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"select pg_try_advisory_xact_lock({Turn})", connection);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    private static async Task<(long Position, byte[] Hash)> HeadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select position, hash from seals order by position desc limit 1", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)) : (0, EventChain.Genesis);
    }

    private static async Task<List<EventRow>> UnsealedAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select {EventRow.Columns} from events
            where position is null and xid < pg_snapshot_xmin(pg_current_snapshot())
            order by xid, sequence limit {Batch}
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<EventRow>();
        while (await reader.ReadAsync(ct))
            rows.Add(EventRow.Read(reader));
        return rows;
    }

    private static async Task WriteAsync(
        NpgsqlConnection connection, List<(long Sequence, long Position, byte[] Previous, byte[] Hash)> chain, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            update events e set position = s.position, previous_hash = s.previous_hash, hash = s.hash
            from unnest($1, $2, $3, $4) as s(sequence, position, previous_hash, hash) where e.sequence = s.sequence
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. chain.Select(c => c.Sequence)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. chain.Select(c => c.Position)] });
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. chain.Select(c => c.Previous)] });
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. chain.Select(c => c.Hash)] });
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task WriteHeadAsync(NpgsqlConnection connection, long position, EventCursor cursor, byte[] hash, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("insert into seals (position, xid, sequence, hash, at) values ($1, $2, $3, $4, now())", connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        command.Parameters.Add(new NpgsqlParameter<ulong> { TypedValue = cursor.Xid, NpgsqlDbType = NpgsqlDbType.Xid8 });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = cursor.Sequence });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = hash });
        await command.ExecuteNonQueryAsync(ct);
    }
}
