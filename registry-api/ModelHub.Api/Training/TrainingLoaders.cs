using System.Linq.Expressions;
using ModelHub.Domain.Training.Search;

namespace ModelHub.Api.Training;

internal sealed class PipelineById(IDbContextFactory<ModelHubDb> factory) : ById<PipelineId, Pipeline>(factory, pipeline => pipeline.Id);

internal sealed class TrainingRunById(IDbContextFactory<ModelHubDb> factory) : ById<TrainingRunId, TrainingRun>(factory, run => run.Id)
{
    protected override IQueryable<TrainingRun> From(IQueryable<TrainingRun> rows) => rows.Include(run => run.Pipeline);
}

/// <summary>Newest first.</summary>
internal sealed class RunsOfPipeline(IDbContextFactory<ModelHubDb> factory) : PagesOf<Pipeline, PipelineId, TrainingRun>(factory, pipeline => pipeline.Id)
{
    protected override Expression<Func<Pipeline, IQueryable<TrainingRun>>> Children(ModelHubDb db) => pipeline => db.TrainingRuns
        .Where(run => run.PipelineId == pipeline.Id)
        .OrderByDescending(run => run.RequestedAt).ThenByDescending(run => run.Id);
}

/// <summary>Those counted last first.</summary>
internal sealed class SkipsOfPipeline(IDbContextFactory<ModelHubDb> factory) : PagesOf<Pipeline, PipelineId, RetrainingSkip>(factory, pipeline => pipeline.Id)
{
    protected override Expression<Func<Pipeline, IQueryable<RetrainingSkip>>> Children(ModelHubDb db) => pipeline => db.RetrainingSkips
        .Where(skip => skip.PipelineId == pipeline.Id)
        .OrderByDescending(skip => skip.LastAt).ThenByDescending(skip => skip.Id);
}

internal sealed class WishOfPipeline(IDbContextFactory<ModelHubDb> factory) : BatchDataLoader<PipelineId, TrainingWish>
{
    protected override async Task<IReadOnlyDictionary<PipelineId, TrainingWish>> LoadBatchAsync(IReadOnlyList<PipelineId> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.ReadWishesAsync(keys, ct);
    }
}

/// <summary>In the order in which they were drawn.</summary>
internal sealed class TrialsOfRun(IDbContextFactory<ModelHubDb> factory) : PagesOf<TrainingRun, TrainingRunId, TrainingTrial>(factory, run => run.Id)
{
    protected override Expression<Func<TrainingRun, IQueryable<TrainingTrial>>> Children(ModelHubDb db) => run => db.TrainingTrials
        .Where(trial => trial.RunId == run.Id)
        .OrderBy(trial => trial.Number).ThenBy(trial => trial.Id);
}
