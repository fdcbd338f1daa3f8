using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Database.Predictions;

/// <summary>What one router saw one variant say in one window.</summary>
public sealed record SaidWindow(VariantId Variant, DateTimeOffset Start, Distribution Distribution);

public static class ReadPredictions
{
    /// <summary>The windows of these variants that began at or after that moment.</summary>
    public static async Task<IReadOnlyList<SaidWindow>> RunAsync(ModelHubDb db, IReadOnlyCollection<VariantId> variants, DateTimeOffset since, CancellationToken ct) =>
        await db.PredictionWindows.AsNoTracking().Where(w => variants.Contains(w.VariantId) && w.Start >= since)
            .Select(w => new SaidWindow(w.VariantId, w.Start, w.Distribution)).ToListAsync(ct);
}
