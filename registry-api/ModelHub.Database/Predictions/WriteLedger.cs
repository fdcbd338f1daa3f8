using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Predictions;
using Npgsql;
using NpgsqlTypes;

namespace ModelHub.Database.Predictions;

/// <summary>One prediction to be stored; <paramref name="Inputs"/> and <paramref name="Outputs"/> are JSON lists of one object per row.</summary>
public sealed record LoggedPrediction(
    Guid Endpoint, Guid Variant, Guid Version, string Request, DateTimeOffset At, double LatencyMs, int Status, PredictionOutcome Outcome, int Rows,
    string? Inputs, string? Outputs, string? Omitted);

/// <summary>What a router has taken of an endpoint since it began.</summary>
public sealed record TakenCount(Guid Endpoint, long Sampled, long Dropped);

/// <summary>What a router tells at once.</summary>
/// <param name="Run">Of the router: each start is another.</param>
/// <param name="Number">Of the batch within the run: stored once, however often it comes.</param>
public sealed record PredictionBatch(Guid Router, Guid Run, long Number, IReadOnlyList<LoggedPrediction> Items, IReadOnlyList<TakenCount> Counts);

/// <summary>Stores predictions, many batches at once and each once, by COPY in one transaction with what is counted of them.</summary>
public static class WriteLedger
{
    private const string Copy =
        "copy predictions (id, endpoint_id, variant_id, version_id, router_id, request_id, at, latency_ms, status, outcome, rows, inputs, outputs, omitted) from stdin (format binary)";

    public static async Task RunAsync(ModelHubDb db, IReadOnlyList<PredictionBatch> batches, DateTimeOffset now, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        var fresh = await FreshAsync(connection, batches, now, ct);
        await CopyAsync(connection, fresh, ct);
        await CountAsync(db, fresh, now, ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Those that were not stored before: a commit whose answer got lost is repeated.</summary>
    private static async Task<IReadOnlyList<PredictionBatch>> FreshAsync(NpgsqlConnection connection, IReadOnlyList<PredictionBatch> batches, DateTimeOffset now, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "insert into prediction_batches (run, number, at) select run, number, @now from unnest(@runs, @numbers) as b (run, number) on conflict do nothing returning run, number", connection);
        command.Parameters.AddWithValue("now", now.UtcDateTime);
        command.Parameters.AddWithValue("runs", batches.Select(b => b.Run).ToArray());
        command.Parameters.AddWithValue("numbers", batches.Select(b => b.Number).ToArray());
        var fresh = new HashSet<(Guid, long)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            fresh.Add((reader.GetGuid(0), reader.GetInt64(1)));
        return [.. batches.Where(b => fresh.Remove((b.Run, b.Number)))];
    }

    private static async Task CopyAsync(NpgsqlConnection connection, IReadOnlyList<PredictionBatch> batches, CancellationToken ct)
    {
        await using var writer = await connection.BeginBinaryImportAsync(Copy, ct);
        foreach (var batch in batches)
            foreach (var item in batch.Items)
                await WriteAsync(writer, batch.Router, item, ct);
        await writer.CompleteAsync(ct);
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter writer, Guid router, LoggedPrediction item, CancellationToken ct)
    {
        await writer.StartRowAsync(ct);
        await writer.WriteAsync(Guid.CreateVersion7(item.At), NpgsqlDbType.Uuid, ct);
        await writer.WriteAsync(item.Endpoint, NpgsqlDbType.Uuid, ct);
        await writer.WriteAsync(item.Variant, NpgsqlDbType.Uuid, ct);
        await writer.WriteAsync(item.Version, NpgsqlDbType.Uuid, ct);
        await writer.WriteAsync(router, NpgsqlDbType.Uuid, ct);
        await writer.WriteAsync(item.Request, NpgsqlDbType.Text, ct);
        await writer.WriteAsync(item.At.UtcDateTime, NpgsqlDbType.TimestampTz, ct);
        await writer.WriteAsync(item.LatencyMs, NpgsqlDbType.Double, ct);
        await writer.WriteAsync(item.Status, NpgsqlDbType.Integer, ct);
        await writer.WriteAsync(item.Outcome.ToString(), NpgsqlDbType.Text, ct);
        await writer.WriteAsync(item.Rows, NpgsqlDbType.Integer, ct);
        await WriteAsync(writer, item.Inputs, NpgsqlDbType.Jsonb, ct);
        await WriteAsync(writer, item.Outputs, NpgsqlDbType.Jsonb, ct);
        await WriteAsync(writer, item.Omitted, NpgsqlDbType.Text, ct);
    }

    private static Task WriteAsync(NpgsqlBinaryImporter writer, string? text, NpgsqlDbType type, CancellationToken ct) =>
        text is null ? writer.WriteNullAsync(ct) : writer.WriteAsync(text, type, ct);

    // What was told last is the most: batches may be stored in another order than they were told.
    private static async Task CountAsync(ModelHubDb db, IReadOnlyList<PredictionBatch> batches, DateTimeOffset now, CancellationToken ct)
    {
        var counts = batches.SelectMany(b => b.Counts.Select(c => (b.Router, b.Run, c.Endpoint, c.Sampled, c.Dropped, Stored: b.Items.LongCount(i => i.Endpoint == c.Endpoint))))
            .GroupBy(c => (c.Router, c.Run, c.Endpoint)).OrderBy(g => g.Key.Run).ThenBy(g => g.Key.Endpoint).ToList();
        Guid[] routers = [.. counts.Select(g => g.Key.Router)], runs = [.. counts.Select(g => g.Key.Run)], endpoints = [.. counts.Select(g => g.Key.Endpoint)];
        long[] sampled = [.. counts.Select(g => g.Max(c => c.Sampled))], dropped = [.. counts.Select(g => g.Max(c => c.Dropped))], stored = [.. counts.Select(g => g.Sum(c => c.Stored))];
        await db.Database.ExecuteSqlAsync($"""
            insert into ledger_counts as l (run, endpoint_id, router_id, sampled, dropped, stored, began_at, told_at)
            select c.run, c.endpoint, c.router, c.sampled, c.dropped, c.stored, {now}, {now}
            from unnest({routers}, {runs}, {endpoints}, {sampled}, {dropped}, {stored}) as c(router, run, endpoint, sampled, dropped, stored)
            on conflict (run, endpoint_id) do update set sampled = greatest(l.sampled, excluded.sampled), dropped = greatest(l.dropped, excluded.dropped),
                stored = l.stored + excluded.stored, told_at = excluded.told_at
            """, ct);
    }
}
