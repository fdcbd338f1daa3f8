using ModelHub.Domain.Shadows;

namespace ModelHub.Api.Shadows;

internal static class FindShadowTest
{
    /// <summary>With all that changing it needs; null too when the caller may not see it.</summary>
    public static async Task<ShadowTest?> FindShadowTestAsync(this ModelHubDb db, ShadowTestId id, Caller caller, CancellationToken ct)
        => (await db.ShadowTests.Include(t => t.Version.Model).Include(t => t.Against).Include(t => t.Endpoint.Environment)
            .Include(t => t.Endpoint.Variants.Where(v => v.ValidTo == null)).ThenInclude(v => v.Version)
            .AsSplitQuery().SingleOrDefaultAsync(t => t.Id == id, ct))
            .IfVisible(caller, t => t.Version.Model.Name);

    public static Place Place(this ShadowTest test) => ModelHub.Domain.Access.Place.In(test.Version.Model.Name, test.Endpoint.Environment.Name);
}
