namespace ModelHub.Api.Promotions;

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class PromotionQueries
{
    /// <summary>Promotions of models the caller may read, newest first.</summary>
    // A model has few endpoints and may have very many versions: by its endpoints its promotions are found in their order.
    [UsePaging]
    [UseFiltering(nameof(Promotion.State), "environment: Environment.Name", "model: Endpoint.Model.Name", nameof(Promotion.RequestedBy), nameof(Promotion.RequestedAt))]
    [UseSorting(nameof(Promotion.RequestedAt))]
    public static IQueryable<Promotion> GetPromotions(string? model, string? environment, Caller caller, ModelHubDb db)
        => db.Promotions.AsNoTracking().Include(promotion => promotion.Version.Model).VisibleTo(caller, promotion => promotion.Version.Model.Name)
            .Where(promotion => (model == null || promotion.Endpoint.Model.Name == model) && (environment == null || promotion.Environment.Name == environment))
            .OrderByDescending(promotion => promotion.RequestedAt).ThenByDescending(promotion => promotion.Id);

    public static Task<Promotion?> GetPromotionAsync([ID<Promotion>] PromotionId id, Caller caller, PromotionById promotions, CancellationToken ct)
        => PromotionFields.GetAsync(id, caller, promotions, ct);
}
