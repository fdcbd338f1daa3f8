namespace ModelHub.Api.Promotions;

/// <summary>Another promotion of this model into this environment is in progress.</summary>
/// <param name="Promotion">The one in the way; null if it has just ended.</param>
internal sealed record PromotionInProgress([property: ID<Promotion>] PromotionId? Promotion)
    : Refusal(new ModelHub.Domain.Promotions.PromotionInProgress(Promotion).Message);
