namespace ModelHub.Api.Promotions;

/// <summary>The promotion that is in the way, as a global id.</summary>
[ObjectType<PromotionInProgress>(Ignore = [nameof(PromotionInProgress.Promotion)])]
[Authorize(nameof(Permission.Read))]
internal static class PromotionInProgressFields
{
    [ID<Promotion>]
    public static PromotionId? GetPromotion([Parent] PromotionInProgress refusal) => refusal.Promotion;
}
