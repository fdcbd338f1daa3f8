using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Promotions;
using ModelHub.Worker.Rollouts;

namespace ModelHub.Worker.Promotions;

/// <summary>One step of one promotion: read the facts, ask the domain, write once.</summary>
internal sealed partial class StepPromotion(
    IDbContextFactory<ModelHubDb> databases, ObserveTraffic traffic, WriteStep write, ILogger<StepPromotion> logger, TimeProvider time)
{
    /// <returns>Whether it moved, so that a look at its next step is worth it.</returns>
    public async Task<bool> RunAsync(PromotionId id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        if (await ObservedPromotion.ReadAsync(db, traffic, id, now, ct) is not { } observed) return false;
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

    [LoggerMessage(Level = LogLevel.Debug, Message = "Promotion {Promotion}: {Step} was not written ({Reason})")]
    private partial void LogLost(Guid promotion, string step, string reason);
}
