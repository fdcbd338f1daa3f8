using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Events;
using ModelHub.Domain.Promotions;
using ModelHub.Worker.Jobs;
using ModelHub.Worker.Rollouts;

namespace ModelHub.Worker.Promotions;

/// <summary>
/// Moves every open promotion by one step at a time: read the facts, ask the domain, write once. Two workers may do it
/// at once: the revision lets one of them win.
/// </summary>
internal sealed partial class AdvancePromotions(
    IDbContextFactory<ModelHubDb> databases, WriteStep write, Changes changes, ILogger<AdvancePromotions> logger, TimeProvider time)
    : Loop(changes, logger)
{
    private readonly TrafficMemory memory = new();

    private static readonly PromotionState[] Open = [.. Enum.GetValues<PromotionState>().Where(s => s.IsOpen())];

    protected override async Task<bool> RunOnceAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var open = await db.Promotions.AsNoTracking().Where(p => Open.Contains(p.State))
            .OrderBy(p => p.RequestedAt).Select(p => p.Id).ToListAsync(ct);
        var advanced = false;
        foreach (var promotion in open) advanced |= await AdvanceAsync(promotion, ct);
        return advanced;
    }

    /// <returns>Whether it moved, so that a look at its next step is worth it.</returns>
    private async Task<bool> AdvanceAsync(PromotionId id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        if (await ObservedPromotion.ReadAsync(db, memory, id, now, ct) is not { } observed) return false;
        var step = observed.Promotion.Next(observed.Facts, now);
        if (await write.RunAsync(db, observed, step, now, ct) is { } refusal)
        {
            LogLost(id.Value, step.GetType().Name, refusal.Message);
            return false;
        }
        if (step is PromotionStep.Wait) return false;
        LogStep(id.Value, observed.Model, observed.Promotion.Version.Number, observed.Promotion.Environment.Name, step.GetType().Name);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Promotion {Promotion} of {Model}@{Version} into {Environment}: {Step}")]
    private partial void LogStep(Guid promotion, string model, int version, string environment, string step);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Promotion {Promotion}: {Step} was written by another one first ({Reason})")]
    private partial void LogLost(Guid promotion, string step, string reason);
}
