namespace ModelHub.Api.Promotions;

internal static class OpenPromotions
{
    /// <summary>States are stored as words, so "open" is a list here.</summary>
    private static readonly PromotionState[] States = [.. Enum.GetValues<PromotionState>().Where(state => state.IsOpen())];

    public static async Task<PromotionId?> AtAsync(ModelHubDb db, EndpointId endpoint, CancellationToken ct)
        => (await db.Promotions.AsNoTracking().SingleOrDefaultAsync(p => p.EndpointId == endpoint && States.Contains(p.State), ct))?.Id;

    public static async Task<PromotionId?> OfAsync(ModelHubDb db, string model, string environment, CancellationToken ct)
        => (await db.Promotions.AsNoTracking()
            .SingleOrDefaultAsync(p => p.Version.Model.Name == model && p.Environment.Name == environment && States.Contains(p.State), ct))?.Id;
}
