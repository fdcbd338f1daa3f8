using ModelHub.Console.Graph;

namespace ModelHub.Console.Promotions;

internal static class RejectPromotion
{
    public static readonly Operation<Mutation<RejectPromotionInput>, RejectPromotionData> Operation = new(
        "RejectPromotion",
        Documents.RejectPromotion,
        GraphJson.Default.GraphRequestMutationRejectPromotionInput,
        GraphJson.Default.GraphResponseRejectPromotionData);
}

internal sealed record RejectPromotionInput(string Promotion, string? Reason);

public sealed record RejectPromotionData(RejectPromotionPayload RejectPromotion) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => RejectPromotion.Errors;
}

public sealed record RejectPromotionPayload(PromotionState? Promotion, IReadOnlyList<Refusal>? Errors);
