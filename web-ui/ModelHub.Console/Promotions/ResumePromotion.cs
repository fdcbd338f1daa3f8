using ModelHub.Console.Graph;

namespace ModelHub.Console.Promotions;

internal static class ResumePromotion
{
    public static readonly Operation<Mutation<ResumePromotionInput>, ResumePromotionData> Operation = new(
        "ResumePromotion",
        Documents.ResumePromotion,
        GraphJson.Default.GraphRequestMutationResumePromotionInput,
        GraphJson.Default.GraphResponseResumePromotionData);
}

internal sealed record ResumePromotionInput(string Promotion);

public sealed record ResumePromotionData(ResumePromotionPayload ResumePromotion) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => ResumePromotion.Errors;
}

public sealed record ResumePromotionPayload(PromotionState? Promotion, IReadOnlyList<Refusal>? Errors);
