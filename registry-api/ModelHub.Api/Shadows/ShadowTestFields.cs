using ModelHub.Api.Models;
using ModelHub.Api.Promotions;
using ModelHub.Api.Rollouts;
using ModelHub.Domain.Shadows;

namespace ModelHub.Api.Shadows;

internal sealed class ShadowTestById(IDbContextFactory<ModelHubDb> factory) : ById<ShadowTestId, ShadowTest>(factory, test => test.Id)
{
    protected override IQueryable<ShadowTest> From(IQueryable<ShadowTest> rows) => rows.Include(test => test.Version.Model);
}

internal sealed class ComparisonsOfTest(IDbContextFactory<ModelHubDb> factory) : ManyBy<ShadowTestId, ComparisonRow>(factory, row => row.ShadowTestId)
{
    protected override IQueryable<ComparisonRow> From(IQueryable<ComparisonRow> rows) => rows.OrderBy(row => row.Since);
}

[ObjectType<ShadowTest>(Only = [
    nameof(ShadowTest.Id), nameof(ShadowTest.State), nameof(ShadowTest.Verdict), nameof(ShadowTest.Reason), nameof(ShadowTest.Findings), nameof(ShadowTest.Options),
    nameof(ShadowTest.StartedBy), nameof(ShadowTest.StartedAt), nameof(ShadowTest.RunningSince), nameof(ShadowTest.EndedAt), nameof(ShadowTest.Revision)],
    Wide = [nameof(ShadowTest.Findings), nameof(ShadowTest.Found)])]
[Authorize(nameof(Permission.Read))]
internal static class ShadowTestFields
{
    [NodeResolver]
    public static async Task<ShadowTest?> GetAsync(ShadowTestId id, Caller caller, ShadowTestById tests, CancellationToken ct)
        => (await tests.LoadAsync(id, ct)).IfVisible(caller, test => test.Version.Model.Name);

    /// <summary>The candidate.</summary>
    public static async Task<Version> GetVersionAsync([Parent] ShadowTest test, VersionById versions, CancellationToken ct)
        => (await versions.LoadAsync(test.VersionId, ct))!;

    /// <summary>The version that it is compared with.</summary>
    public static async Task<Version> GetAgainstAsync([Parent] ShadowTest test, VersionById versions, CancellationToken ct)
        => (await versions.LoadAsync(test.AgainstId, ct))!;

    public static async Task<Endpoint> GetEndpointAsync([Parent] ShadowTest test, EndpointById endpoints, CancellationToken ct)
        => (await endpoints.LoadAsync(test.EndpointId, ct))!;

    /// <summary>The promotion of which it is a stage; null when it stands alone.</summary>
    public static Task<Promotion?> GetPromotionAsync([Parent] ShadowTest test, PromotionById promotions, CancellationToken ct)
        => test.PromotionId is { } id ? promotions.LoadAsync(id, ct) : Task.FromResult<Promotion?>(null);

    /// <summary>What all routers have found so far, or had found when it ended. Examples are told to operators only: they hold what callers sent.</summary>
    [Reads(nameof(ShadowTest.Found))]
    public static async Task<ShadowReport> GetReportAsync([Parent] ShadowTest test, Caller caller, ComparisonsOfTest rows, EndpointById endpoints, CancellationToken ct)
    {
        var found = test.Found ?? (await rows.LoadAsync(test.Id, ct)).Aggregate(Comparison.None, (sum, row) => sum.Merge(row.Found));
        var endpoint = (await endpoints.LoadAsync(test.EndpointId, ct))!;
        return ShadowReport.Of(found, caller.May(Permission.Operate, Place.In(endpoint.Model.Name, endpoint.Environment.Name)));
    }
}
