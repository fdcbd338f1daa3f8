using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Monitoring;
using Npgsql;
using NpgsqlTypes;

namespace ModelHub.Database.Monitoring;

/// <summary>
/// Stores judged figures, thousands at once and each once: a window that is judged again, as after a kill, changes nothing. They go in by
/// COPY beside the table and from there into it, because COPY alone cannot skip what is there.
/// </summary>
public static class WriteMonitorValues
{
    private const string Columns =
        "endpoint_id, variant_id, version_id, measure, column_name, segment, window_from, window_to, value, samples, p_value, bound, threshold, breached, estimated";

    private const string Prepare = "create temp table if not exists told_monitor_values (like monitor_values) on commit delete rows";

    private const string Merge = $"insert into monitor_values ({Columns}) select {Columns} from told_monitor_values on conflict do nothing";

    /// <inheritdoc cref="RunAsync(ModelHubDb, IReadOnlyCollection{MonitorValue}, IReadOnlyCollection{VariantOutcomes}, CancellationToken)"/>
    public static Task<int> RunAsync(ModelHubDb db, IReadOnlyCollection<MonitorValue> values, CancellationToken ct) => RunAsync(db, values, [], ct);

    /// <param name="outcomes">Of the same windows; in the same transaction, so that a kill leaves all or nothing of them.</param>
    /// <returns>how many of them were new</returns>
    public static async Task<int> RunAsync(ModelHubDb db, IReadOnlyCollection<MonitorValue> values, IReadOnlyCollection<VariantOutcomes> outcomes, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlRawAsync(Prepare, ct);
        await CopyAsync((NpgsqlConnection)db.Database.GetDbConnection(), values, ct);
        var stored = await db.Database.ExecuteSqlRawAsync(Merge, ct);
        await WriteOutcomes.RunAsync(db, outcomes, ct);
        await transaction.CommitAsync(ct);
        return stored;
    }

    private static async Task CopyAsync(NpgsqlConnection connection, IReadOnlyCollection<MonitorValue> values, CancellationToken ct)
    {
        await using var copy = await connection.BeginBinaryImportAsync($"copy told_monitor_values ({Columns}) from stdin (format binary)", ct);
        foreach (var value in values)
            await RowAsync(copy, value, ct);
        await copy.CompleteAsync(ct);
    }

    private static async Task RowAsync(NpgsqlBinaryImporter copy, MonitorValue value, CancellationToken ct)
    {
        await copy.StartRowAsync(ct);
        await copy.WriteAsync(value.EndpointId.Value, NpgsqlDbType.Uuid, ct);
        await copy.WriteAsync(value.VariantId.Value, NpgsqlDbType.Uuid, ct);
        await copy.WriteAsync(value.VersionId.Value, NpgsqlDbType.Uuid, ct);
        await copy.WriteAsync(value.Measure, NpgsqlDbType.Text, ct);
        await copy.WriteAsync(value.Column, NpgsqlDbType.Text, ct);
        await copy.WriteAsync(value.Segment, NpgsqlDbType.Text, ct);
        await copy.WriteAsync(value.WindowFrom.UtcDateTime, NpgsqlDbType.TimestampTz, ct);
        await copy.WriteAsync(value.WindowTo.UtcDateTime, NpgsqlDbType.TimestampTz, ct);
        await copy.WriteAsync(value.Value, NpgsqlDbType.Double, ct);
        await copy.WriteAsync(value.Samples, NpgsqlDbType.Bigint, ct);
        await copy.WriteAsync(value.PValue, NpgsqlDbType.Double, ct);
        await copy.WriteAsync(value.Bound, NpgsqlDbType.Double, ct);
        await copy.WriteAsync(value.Threshold, NpgsqlDbType.Double, ct);
        await copy.WriteAsync(value.Breached, NpgsqlDbType.Boolean, ct);
        await copy.WriteAsync(value.Estimated, NpgsqlDbType.Boolean, ct);
    }
}
