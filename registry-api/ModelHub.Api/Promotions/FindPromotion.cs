namespace ModelHub.Api.Promotions;

internal static class FindPromotion
{
    /// <summary>With all that deciding on it needs; null too when the caller may not see it.</summary>
    public static async Task<Promotion?> FindPromotionAsync(this ModelHubDb db, PromotionId id, Caller caller, CancellationToken ct)
        => (await db.Promotions.Include(p => p.Approvals).Include(p => p.Version.Model).Include(p => p.Environment).SingleOrDefaultAsync(p => p.Id == id, ct))
            .IfVisible(caller, p => p.Version.Model.Name);

    public static Place Place(this Promotion promotion) => ModelHub.Domain.Access.Place.In(promotion.Version.Model.Name, promotion.Environment.Name);
}
