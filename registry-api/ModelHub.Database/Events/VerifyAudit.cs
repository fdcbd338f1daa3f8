using System.Data;
using Npgsql;

namespace ModelHub.Database.Events;

/// <param name="Sequence">Of the row at fault, or of the next one that is there; 0 when none is.</param>
public sealed record AuditFault(long Sequence, string Reason);

/// <param name="SealedUpTo">The sequence of the last event in the chain; 0 when nothing is sealed.</param>
public sealed record AuditVerification(bool Ok, long EventsChecked, long SealedUpTo, AuditFault? FirstFault);

/// <summary>
/// Recomputes the chain from its first event and compares it with every head the sealer wrote down. It finds a row
/// that was changed, taken out, put in or cut off at the end. Memory stays flat: rows are streamed.
/// </summary>
public sealed class VerifyAudit(NpgsqlDataSource source)
{
    public async Task<AuditVerification> RunAsync(CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        var heads = await HeadsAsync(connection, ct);
        var (verification, last) = await WalkAsync(connection, heads, ct);
        if (verification.FirstFault is not null)
            return verification;

        var fault = heads.Count > 0 && heads.Keys.Max() > last
            ? new AuditFault(0, $"events {last + 1} to {heads.Keys.Max()} of the chain are missing at its end")
            : await InsertedAsync(connection, ct);
        return verification with { Ok = fault is null, FirstFault = fault };
    }

    private static async Task<Dictionary<long, byte[]>> HeadsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select position, hash from seals", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var heads = new Dictionary<long, byte[]>();
        while (await reader.ReadAsync(ct))
            heads.Add(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1));
        return heads;
    }

    private static async Task<(AuditVerification Verification, long Last)> WalkAsync(
        NpgsqlConnection connection, Dictionary<long, byte[]> heads, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"select {EventRow.Columns} from events where position is not null order by position", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (position, sequence, hash) = (0L, 0L, EventChain.Genesis);
        while (await reader.ReadAsync(ct))
        {
            var row = EventRow.Read(reader);
            if (FaultOf(row, position + 1, hash, heads) is { } reason)
                return (new AuditVerification(false, position, sequence, new AuditFault(row.Sequence, reason)), position);
            (position, sequence, hash) = (position + 1, row.Sequence, row.Hash!);
        }

        return (new AuditVerification(true, position, sequence, null), position);
    }

    private static string? FaultOf(EventRow row, long position, byte[] previous, Dictionary<long, byte[]> heads)
    {
        if (row.Position != position)
            return $"event {position} of the chain is missing before it";
        var expected = EventChain.Hash(previous, position, row);
        if (row.Hash is null || !expected.AsSpan().SequenceEqual(row.Hash))
            return "it was changed after it was sealed";
        if (heads.TryGetValue(position, out var head) && !expected.AsSpan().SequenceEqual(head))
            return "the chain up to it is not the one that was sealed";
        return null;
    }

    /// <summary>A row that is not sealed though it lies before the last sealed one was put in by hand: the sealer leaves nothing behind.</summary>
    private static async Task<AuditFault?> InsertedAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select e.sequence from events e, (select xid, sequence from seals order by position desc limit 1) s
            where e.position is null and (e.xid, e.sequence) <= (s.xid, s.sequence) order by e.sequence limit 1
            """,
            connection);
        return await command.ExecuteScalarAsync(ct) is long sequence
            ? new AuditFault(sequence, "it was put in behind the seal")
            : null;
    }
}
