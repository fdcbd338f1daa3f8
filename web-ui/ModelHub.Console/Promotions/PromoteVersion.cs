using ModelHub.Console.Graph;

namespace ModelHub.Console.Promotions;

internal static class PromoteVersion
{
    public static readonly Operation<Mutation<PromoteVersionInput>, PromoteVersionData> Operation = new(
        "PromoteVersion",
        Documents.PromoteVersion,
        GraphJson.Default.GraphRequestMutationPromoteVersionInput,
        GraphJson.Default.GraphResponsePromoteVersionData);
}

internal sealed record PromoteVersionInput(string Model, int Version, string Environment, string IdempotencyKey);

public sealed record PromoteVersionData(PromoteVersionPayload PromoteVersion) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => PromoteVersion.Errors;
}

public sealed record PromoteVersionPayload(PromotionState? Promotion, IReadOnlyList<Refusal>? Errors);

public sealed record PromotionState(string Id, string State);
