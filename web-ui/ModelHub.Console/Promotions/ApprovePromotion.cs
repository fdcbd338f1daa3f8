using ModelHub.Console.Graph;

namespace ModelHub.Console.Promotions;

internal static class ApprovePromotion
{
    public static readonly Operation<Mutation<ApprovePromotionInput>, ApprovePromotionData> Operation = new(
        "ApprovePromotion",
        Documents.ApprovePromotion,
        GraphJson.Default.GraphRequestMutationApprovePromotionInput,
        GraphJson.Default.GraphResponseApprovePromotionData);
}

internal sealed record ApprovePromotionInput(string Promotion, string? Reason);

public sealed record ApprovePromotionData(ApprovePromotionPayload ApprovePromotion) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => ApprovePromotion.Errors;
}

public sealed record ApprovePromotionPayload(PromotionState? Promotion, IReadOnlyList<Refusal>? Errors);
