namespace ModelHub.Api.Promotions;

internal static class OpenPromotions
{
    public static async Task<PromotionId?> OfAsync(ModelHubDb db, string model, string environment, CancellationToken ct)
    {
        var open = PromotionStates.Open;
        return (await db.Promotions.AsNoTracking()
            .SingleOrDefaultAsync(p => p.Version.Model.Name == model && p.Environment.Name == environment && open.Contains(p.State), ct))?.Id;
    }
}
