using System.Linq.Expressions;
using ModelHub.Domain.Batches;

namespace ModelHub.Api.Batches;

internal sealed class BatchRunById(IDbContextFactory<ModelHubDb> factory) : ById<BatchRunId, BatchRun>(factory, run => run.Id)
{
    protected override IQueryable<BatchRun> From(IQueryable<BatchRun> rows) => rows.Include(run => run.Version.Model);
}

internal sealed class PlacementsOfBatch(IDbContextFactory<ModelHubDb> factory) : ManyBy<BatchRunId, BatchPlacement>(factory, placement => placement.BatchRunId)
{
    protected override IQueryable<BatchPlacement> From(IQueryable<BatchPlacement> rows) => rows.OrderBy(placement => placement.Node.Name);
}

/// <summary>The run that made a data version; there is one at most.</summary>
internal sealed class BatchRunsInto(IDbContextFactory<ModelHubDb> factory) : ManyBy<DataVersionId, BatchRun>(factory, run => run.OutputId!.Value)
{
    protected override IQueryable<BatchRun> From(IQueryable<BatchRun> rows) => rows.Include(run => run.Version.Model).OrderBy(run => run.Id);
}

/// <summary>Newest first.</summary>
internal sealed class BatchRunsOfVersion(IDbContextFactory<ModelHubDb> factory) : PagesOf<Version, VersionId, BatchRun>(factory, version => version.Id)
{
    protected override Expression<Func<Version, IQueryable<BatchRun>>> Children(ModelHubDb db) => version => db.BatchRuns
        .Where(run => run.VersionId == version.Id)
        .OrderByDescending(run => run.RequestedAt).ThenByDescending(run => run.Id);
}

/// <summary>Runs that read a data version, newest first, as far as the caller may see them.</summary>
internal sealed class BatchRunsOver(IDbContextFactory<ModelHubDb> factory) : PagesOf<DataVersion, DataVersionId, BatchRun>(factory, data => data.Id)
{
    protected override Expression<Func<DataVersion, IQueryable<BatchRun>>> Children(ModelHubDb db)
    {
        var visible = Visible.To<BatchRun>(Caller.Of(User), run => run.Version.Model.Name);
        return data => db.BatchRuns
            .Where(run => run.InputId == data.Id)
            .Where(visible)
            .OrderByDescending(run => run.RequestedAt).ThenByDescending(run => run.Id);
    }
}
