using ModelHub.Console.Graph;

namespace ModelHub.Console.Promotions;

internal static class PausePromotion
{
    public static readonly Operation<Mutation<PausePromotionInput>, PausePromotionData> Operation = new(
        "PausePromotion",
        Documents.PausePromotion,
        GraphJson.Default.GraphRequestMutationPausePromotionInput,
        GraphJson.Default.GraphResponsePausePromotionData);
}

internal sealed record PausePromotionInput(string Promotion, string? Reason);

public sealed record PausePromotionData(PausePromotionPayload PausePromotion) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => PausePromotion.Errors;
}

public sealed record PausePromotionPayload(PromotionState? Promotion, IReadOnlyList<Refusal>? Errors);
