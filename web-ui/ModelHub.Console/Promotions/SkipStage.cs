using ModelHub.Console.Graph;

namespace ModelHub.Console.Promotions;

internal static class SkipStage
{
    public static readonly Operation<Mutation<SkipStageInput>, SkipStageData> Operation = new(
        "SkipStage",
        Documents.SkipStage,
        GraphJson.Default.GraphRequestMutationSkipStageInput,
        GraphJson.Default.GraphResponseSkipStageData);
}

internal sealed record SkipStageInput(string Promotion, string? Reason);

public sealed record SkipStageData(SkipStagePayload SkipStage) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => SkipStage.Errors;
}

public sealed record SkipStagePayload(PromotionState? Promotion, IReadOnlyList<Refusal>? Errors);
