using ModelHub.Domain.Shadows;

namespace ModelHub.Api.Shadows;

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class ShadowTestQueries
{
    /// <summary>Shadow tests of models the caller may read, newest first.</summary>
    [UsePaging]
    [UseFiltering(nameof(ShadowTest.State), nameof(ShadowTest.Verdict), "environment: Endpoint.Environment.Name", "model: Version.Model.Name", nameof(ShadowTest.StartedBy), nameof(ShadowTest.StartedAt))]
    [UseSorting(nameof(ShadowTest.StartedAt))]
    public static IQueryable<ShadowTest> GetShadowTests(Caller caller, ModelHubDb db)
        => db.ShadowTests.AsNoTracking().Include(test => test.Version.Model).VisibleTo(caller, test => test.Version.Model.Name)
            .OrderByDescending(test => test.StartedAt).ThenByDescending(test => test.Id);

    public static Task<ShadowTest?> GetShadowTestAsync([ID<ShadowTest>] ShadowTestId id, Caller caller, ShadowTestById tests, CancellationToken ct)
        => ShadowTestFields.GetAsync(id, caller, tests, ct);
}
