using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Monitoring;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Database.Monitoring;

/// <summary>Reads what routers counted, added up over routers and windows.</summary>
public static class ReadSketches
{
    /// <summary>Of the windows that began in [from, until).</summary>
    public static async Task<TrafficSketch> RunAsync(ModelHubDb db, VariantId variant, DateTimeOffset from, DateTimeOffset until, CancellationToken ct)
    {
        var sum = TrafficSketch.None;
        await foreach (var bytes in db.Database.SqlQuery<byte[]>(
            $"select sketch as \"Value\" from sketch_windows where variant_id = {variant.Value} and start >= {from} and start < {until} order by start").AsAsyncEnumerable().WithCancellation(ct))
            sum = sum.Merge(Read(bytes));
        return sum;
    }

    /// <summary>The traffic of all variants that answered in the time that was chosen as the endpoint's baseline.</summary>
    public static async Task<TrafficSketch> ChosenAsync(ModelHubDb db, EndpointId endpoint, VariantId keptFor, BaselineWindow window, DateTimeOffset now, CancellationToken ct)
    {
        var answered = await db.Variants.AsNoTracking()
            .Where(v => v.EndpointId == endpoint && v.Role != VariantRole.Shadow && v.ValidFrom < window.To && (v.ValidTo == null || v.ValidTo > window.From))
            .OrderBy(v => v.ValidFrom).Select(v => v.Id).ToListAsync(ct);
        return await BaselineAsync(db, keptFor, answered, window, now, ct);
    }

    /// <summary>
    /// A time of traffic as a baseline. It is kept the first time it is asked for, since windows are dropped after some days; one that has
    /// not ended yet is not kept.
    /// </summary>
    /// <param name="of">The variants that answered then.</param>
    public static async Task<TrafficSketch> BaselineAsync(ModelHubDb db, VariantId keptFor, IReadOnlyList<VariantId> of, BaselineWindow window, DateTimeOffset now, CancellationToken ct)
    {
        var kept = await db.Database.SqlQuery<byte[]>(
            $"select sketch as \"Value\" from sketch_baselines where variant_id = {keptFor.Value} and baseline_from = {window.From} and baseline_to = {window.To}").ToListAsync(ct);
        if (kept.Count > 0)
            return Read(kept[0]);
        var sum = TrafficSketch.None;
        foreach (var variant in of)
            sum = sum.Merge(await RunAsync(db, variant, window.From, window.To, ct));
        if (window.To < now && sum.Requests > 0)
            await db.Database.ExecuteSqlAsync(
                $"insert into sketch_baselines (variant_id, baseline_from, baseline_to, sketch) values ({keptFor.Value}, {window.From}, {window.To}, {WriteSketches.Bytes(sum)}) on conflict do nothing", ct);
        return sum;
    }

    private static TrafficSketch Read(byte[] bytes) =>
        JsonSerializer.Deserialize<TrafficSketch>(bytes, Json.Options) ?? throw new InvalidOperationException("A stored sketch is null.");
}
