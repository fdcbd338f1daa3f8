using Npgsql;

namespace ModelHub.Database.Events;

/// <summary>One event as stored. Everything but the seal is written once.</summary>
public sealed class EventRow
{
    /// <summary>What <see cref="Read"/> reads, in its order.</summary>
    internal const string Columns = "sequence, id, type, subject, actor, at, data::text, xid, position, previous_hash, hash";

    /// <summary>Grows with every event; two transactions may commit in another order than their sequences, see <see cref="EventCursor"/>.</summary>
    public long Sequence { get; private set; }

    public Guid Id { get; init; }

    public string Type { get; init; } = "";

    public string Subject { get; init; } = "";

    public string Actor { get; init; } = "";

    public DateTimeOffset At { get; private set; }

    /// <summary>A JSON object.</summary>
    public string Data { get; init; } = "{}";

    /// <summary>The transaction that wrote it.</summary>
    public ulong Xid { get; private set; }

    /// <summary>Its place in the hash chain, from 1; null until sealed.</summary>
    public long? Position { get; private set; }

    public byte[]? PreviousHash { get; private set; }

    public byte[]? Hash { get; private set; }

    public EventCursor Cursor => new(Xid, Sequence);

    internal static EventRow Read(NpgsqlDataReader reader) => new()
    {
        Sequence = reader.GetInt64(0),
        Id = reader.GetGuid(1),
        Type = reader.GetString(2),
        Subject = reader.GetString(3),
        Actor = reader.GetString(4),
        At = reader.GetFieldValue<DateTimeOffset>(5),
        Data = reader.GetString(6),
        Xid = reader.GetFieldValue<ulong>(7),
        Position = reader.IsDBNull(8) ? null : reader.GetInt64(8),
        PreviousHash = reader.IsDBNull(9) ? null : reader.GetFieldValue<byte[]>(9),
        Hash = reader.IsDBNull(10) ? null : reader.GetFieldValue<byte[]>(10),
    };
}

/// <summary>Events are read in the order (transaction, sequence), below the oldest transaction still running: nothing can appear behind a reader.</summary>
public readonly record struct EventCursor(ulong Xid, long Sequence)
{
    public static readonly EventCursor Start;
}
