using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Events;
using ModelHub.Domain.Promotions;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Promotions;

/// <summary>Moves every open promotion by one step at a time. Two workers may do it at once: the revision lets one of them win.</summary>
internal sealed class AdvancePromotions(IDbContextFactory<ModelHubDb> databases, StepPromotion step, Changes changes, ILogger<AdvancePromotions> logger) : Loop(changes, logger)
{
    private static readonly PromotionState[] Open = [.. Enum.GetValues<PromotionState>().Where(s => s.IsOpen())];

    protected override async Task<bool> RunOnceAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var open = await db.Promotions.AsNoTracking().Where(p => Open.Contains(p.State))
            .OrderBy(p => p.RequestedAt).Select(p => p.Id).ToListAsync(ct);
        var advanced = false;
        foreach (var promotion in open) advanced |= await step.RunAsync(promotion, ct);
        return advanced;
    }
}
