namespace ModelHub.Api.Training;

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class TrainingQueries
{
    /// <summary>The pipelines the caller may read, by name.</summary>
    /// <param name="model">Only those that make versions of this one; left out: all.</param>
    [UsePaging]
    [UseFiltering(nameof(Pipeline.Name), nameof(Pipeline.Trainer), nameof(Pipeline.CreatedAt))]
    [UseSorting(nameof(Pipeline.Name), nameof(Pipeline.CreatedAt))]
    public static IQueryable<Pipeline> GetPipelines(string? model, Caller caller, ModelHubDb db)
    {
        // Who may not read a model is not told what makes it.
        var makes = db.Models.VisibleTo(caller, m => m.Name).Where(m => m.Name == model);
        return db.Pipelines.AsNoTracking().VisibleTo(caller, pipeline => pipeline.Name).Where(pipeline => model == null || makes.Any(m => m.Id == pipeline.ModelId))
            .OrderBy(pipeline => pipeline.Name).ThenBy(pipeline => pipeline.Id);
    }

    public static async Task<Pipeline?> GetPipelineAsync(string name, Caller caller, ModelHubDb db, CancellationToken ct)
        => (await db.Pipelines.AsNoTracking().SingleOrDefaultAsync(pipeline => pipeline.Name == name, ct)).IfVisible(caller, pipeline => pipeline.Name);

    /// <summary>Runs of pipelines the caller may read, newest first.</summary>
    [UsePaging]
    [UseFiltering("pipeline: Pipeline.Name", nameof(TrainingRun.State), nameof(TrainingRun.RequestedBy), nameof(TrainingRun.RequestedAt))]
    [UseSorting(nameof(TrainingRun.RequestedAt))]
    public static IQueryable<TrainingRun> GetTrainingRuns(Caller caller, ModelHubDb db)
        => db.TrainingRuns.AsNoTracking().Include(run => run.Pipeline).VisibleTo(caller, run => run.Pipeline.Name)
            .OrderByDescending(run => run.RequestedAt).ThenByDescending(run => run.Id);

    public static Task<TrainingRun?> GetTrainingRunAsync([ID<TrainingRun>] TrainingRunId id, Caller caller, TrainingRunById runs, CancellationToken ct)
        => TrainingRunFields.GetAsync(id, caller, runs, ct);
}
