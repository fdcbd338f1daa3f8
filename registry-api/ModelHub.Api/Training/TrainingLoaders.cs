namespace ModelHub.Api.Training;

internal sealed class PipelineById(IDbContextFactory<ModelHubDb> factory) : ById<PipelineId, Pipeline>(factory, pipeline => pipeline.Id);

internal sealed class TrainingRunById(IDbContextFactory<ModelHubDb> factory) : ById<TrainingRunId, TrainingRun>(factory, run => run.Id)
{
    protected override IQueryable<TrainingRun> From(IQueryable<TrainingRun> rows) => rows.Include(run => run.Pipeline);
}
