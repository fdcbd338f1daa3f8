using ModelHub.Domain.Batches;

namespace ModelHub.Api.Batches;

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class BatchQueries
{
    /// <summary>Batch runs of models the caller may read, newest first.</summary>
    [UsePaging]
    [UseFiltering(nameof(BatchRun.State), "model: Version.Model.Name", nameof(BatchRun.RequestedBy), nameof(BatchRun.RequestedAt))]
    [UseSorting(nameof(BatchRun.RequestedAt))]
    public static IQueryable<BatchRun> GetBatches(Caller caller, ModelHubDb db)
        => db.BatchRuns.AsNoTracking().Include(run => run.Version.Model).VisibleTo(caller, run => run.Version.Model.Name)
            .OrderByDescending(run => run.RequestedAt).ThenByDescending(run => run.Id);

    public static Task<BatchRun?> GetBatchAsync([ID<BatchRun>] BatchRunId id, Caller caller, BatchRunById runs, CancellationToken ct)
        => BatchRunFields.GetAsync(id, caller, runs, ct);
}
