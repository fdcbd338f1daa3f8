using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Training;

namespace ModelHub.Database;

public sealed partial class ModelHubDb
{
    private const int ChallengersLookedAt = 2 * RetrainingPolicy.MostFailures;

    /// <summary>What the guards of a pipeline look at.</summary>
    public async Task<RunFacts> ReadRunFactsAsync(Pipeline pipeline, DateTimeOffset now, CancellationToken ct)
    {
        OperationState[] open = [OperationState.Queued, OperationState.Running];
        var week = now - RetrainingPolicy.Week;
        var running = await TrainingRuns.AsNoTracking().Where(r => r.Pipeline.ModelId == pipeline.ModelId && open.Contains(r.State)).Select(r => r.Pipeline.Name).FirstOrDefaultAsync(ct);
        var ended = await TrainingRuns.AsNoTracking().Where(r => r.PipelineId == pipeline.Id).MaxAsync(r => r.EndedAt, ct);
        var requested = await TrainingRuns.AsNoTracking().Where(r => r.PipelineId == pipeline.Id && r.RequestedAt > week).Select(r => r.RequestedAt).ToListAsync(ct);
        return new(running, ended, [.. requested.Order()], await FailedInARowAsync(pipeline, ct));
    }

    private async Task<int> FailedInARowAsync(Pipeline pipeline, CancellationToken ct)
    {
        var since = pipeline.BreakerResetAt ?? pipeline.CreatedAt;
        var runs = await TrainingRuns.AsNoTracking()
            .Where(r => r.PipelineId == pipeline.Id && r.RequestedAt >= since && r.EndedAt != null && r.State != OperationState.Cancelled)
            .OrderByDescending(r => r.RequestedAt).Take(ChallengersLookedAt)
            .Select(r => new
            {
                r.State,
                r.Evaluation,
                Promotion = Promotions.Where(p => p.VersionId == r.VersionId).OrderByDescending(p => p.RequestedAt).Select(p => (PromotionState?)p.State).FirstOrDefault(),
            }).ToListAsync(ct);
        return Challenger.FailedInARow(runs.Select(r => new Challenger(r.State, r.Promotion, r.Evaluation?.Verdict)));
    }
}
