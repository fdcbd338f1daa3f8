using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace ModelHub.Database.Events;

/// <summary>
/// Reads events by cursor, each once and none skipped: only rows below the oldest running transaction are read, in the
/// order (transaction, sequence). It survives the loss of the database and goes on where it was.
/// </summary>
public sealed partial class ChangeFeed(NpgsqlDataSource source, Changes changes, ILogger<ChangeFeed> logger)
{
    private const int Batch = 500;

    /// <summary>Only hurried by notifications: this often it looks anyway.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    /// <summary>How soon it looks again while a running transaction holds back events that are there already.</summary>
    private static readonly TimeSpan HeldBack = TimeSpan.FromMilliseconds(20);

    /// <summary>The place after the newest event that can be read now.</summary>
    public async Task<EventCursor> NowAsync(CancellationToken ct) =>
        await CursorAsync("select xid, sequence from events where xid < pg_snapshot_xmin(pg_current_snapshot()) order by xid desc, sequence desc limit 1", null, ct);

    /// <summary>
    /// The place after the event of this sequence; 0 is the beginning, and a sequence that was never given counts as the next
    /// lower one. Null when nothing tells what would follow: the sequence is higher than any, as after a restore of an older
    /// database, or the events up to it are no longer kept.
    /// </summary>
    public async Task<EventCursor?> AfterAsync(long sequence, CancellationToken ct)
    {
        if (sequence <= 0)
            return EventCursor.Start;
        var before = await CursorAsync("select xid, sequence from events where sequence <= $1 order by sequence desc limit 1", sequence, ct);
        if (before == EventCursor.Start)
            return null;
        return before.Sequence == sequence || await AnyBeyondAsync(sequence, ct) ? before : null;
    }

    /// <summary>All events after the cursor, for ever, as they come.</summary>
    public async IAsyncEnumerable<EventRow> Follow(EventCursor cursor, [EnumeratorCancellation] CancellationToken ct)
    {
        while (true)
        {
            var seen = changes.Count;
            var (rows, heldBack) = await ReadOrBackOffAsync(cursor, ct);
            foreach (var row in rows)
            {
                yield return row;
                cursor = row.Cursor;
            }

            if (rows.Count < Batch)
                await changes.WaitAsync(seen, heldBack ? HeldBack : Look, ct);
        }
    }

    /// <summary>The next events after the cursor, at most 500; and whether more are there that a running transaction holds back.</summary>
    public async Task<(IReadOnlyList<EventRow> Rows, bool HeldBack)> ReadAsync(EventCursor cursor, CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            $"""
            select {EventRow.Columns}, xid < pg_snapshot_xmin(pg_current_snapshot())
            from events where (xid, sequence) > ($1, $2) order by xid, sequence limit $3
            """);
        command.Parameters.Add(new NpgsqlParameter<ulong> { TypedValue = cursor.Xid, NpgsqlDbType = NpgsqlDbType.Xid8 });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = cursor.Sequence });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Batch });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<EventRow>();
        while (await reader.ReadAsync(ct))
        {
            if (!reader.GetBoolean(11))
                return (rows, true);
            rows.Add(EventRow.Read(reader));
        }

        return (rows, false);
    }

    private async Task<(IReadOnlyList<EventRow> Rows, bool HeldBack)> ReadOrBackOffAsync(EventCursor cursor, CancellationToken ct)
    {
        try
        {
            return await ReadAsync(cursor, ct);
        }
        catch (NpgsqlException failure) when (!ct.IsCancellationRequested)
        {
            LogUnreadable(failure);
            await Task.Delay(TimeSpan.FromSeconds(1), ct);
            return ([], true);
        }
    }

    private async Task<bool> AnyBeyondAsync(long sequence, CancellationToken ct)
    {
        await using var command = source.CreateCommand("select exists (select from events where sequence > $1)");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = sequence });
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    private async Task<EventCursor> CursorAsync(string sql, long? sequence, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        if (sequence is { } value)
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = value });
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? new EventCursor(reader.GetFieldValue<ulong>(0), reader.GetInt64(1)) : EventCursor.Start;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The events cannot be read; trying again")]
    private partial void LogUnreadable(Exception failure);
}
