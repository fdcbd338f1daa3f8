using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Models;
using ModelHub.Domain.Monitoring;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Rollouts;
using Npgsql;
using NpgsqlTypes;

namespace ModelHub.Database.Monitoring;

/// <summary>What one router counted of one variant in one window.</summary>
public sealed record SketchWindow(
    EndpointId Endpoint, VariantId Variant, VersionId Version, RouterId Router, DateTimeOffset Start, double Seconds, TrafficSketch Sketch);

/// <summary>Stores sketches, many at once by COPY and each once: a window that is told twice counts once.</summary>
public static class WriteSketches
{
    private const string Columns = "variant_id, start, router_id, seconds, endpoint_id, version_id, sketch";
    private const string Prepare = "create temp table if not exists told_sketch_windows (like sketch_windows) on commit delete rows";
    private const string Merge = $"insert into sketch_windows ({Columns}) select {Columns} from told_sketch_windows on conflict do nothing";

    public static async Task RunAsync(ModelHubDb db, IReadOnlyCollection<SketchWindow> windows, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlRawAsync(Prepare, ct);
        await CopyAsync((NpgsqlConnection)db.Database.GetDbConnection(), windows, ct);
        await db.Database.ExecuteSqlRawAsync(Merge, ct);
        await transaction.CommitAsync(ct);
    }

    private static async Task CopyAsync(NpgsqlConnection connection, IReadOnlyCollection<SketchWindow> windows, CancellationToken ct)
    {
        await using var copy = await connection.BeginBinaryImportAsync($"copy told_sketch_windows ({Columns}) from stdin (format binary)", ct);
        foreach (var window in windows)
        {
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(window.Variant.Value, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(window.Start.UtcDateTime, NpgsqlDbType.TimestampTz, ct);
            await copy.WriteAsync(window.Router.Value, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(window.Seconds, NpgsqlDbType.Double, ct);
            await copy.WriteAsync(window.Endpoint.Value, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(window.Version.Value, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(Bytes(window.Sketch), NpgsqlDbType.Bytea, ct);
        }
        await copy.CompleteAsync(ct);
    }

    internal static byte[] Bytes(TrafficSketch sketch) => JsonSerializer.SerializeToUtf8Bytes(sketch, Json.Options);
}
