using System.Linq.Expressions;

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
