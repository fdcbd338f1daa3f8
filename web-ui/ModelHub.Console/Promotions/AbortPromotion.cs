using ModelHub.Console.Graph;

namespace ModelHub.Console.Promotions;

internal static class AbortPromotion
{
    public static readonly Operation<Mutation<AbortPromotionInput>, AbortPromotionData> Operation = new(
        "AbortPromotion",
        Documents.AbortPromotion,
        GraphJson.Default.GraphRequestMutationAbortPromotionInput,
        GraphJson.Default.GraphResponseAbortPromotionData);
}

internal sealed record AbortPromotionInput(string Promotion, string? Reason);

public sealed record AbortPromotionData(AbortPromotionPayload AbortPromotion) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => AbortPromotion.Errors;
}

public sealed record AbortPromotionPayload(PromotionState? Promotion, IReadOnlyList<Refusal>? Errors);
