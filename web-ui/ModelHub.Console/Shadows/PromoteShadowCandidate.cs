using ModelHub.Console.Graph;
using ModelHub.Console.Promotions;

namespace ModelHub.Console.Shadows;

internal static class PromoteShadowCandidate
{
    public static readonly Operation<Mutation<PromoteShadowCandidateInput>, PromoteShadowCandidateData> Operation = new(
        "PromoteShadowCandidate",
        Documents.PromoteShadowCandidate,
        GraphJson.Default.GraphRequestMutationPromoteShadowCandidateInput,
        GraphJson.Default.GraphResponsePromoteShadowCandidateData);
}

internal sealed record PromoteShadowCandidateInput(string ShadowTest, string IdempotencyKey);

public sealed record PromoteShadowCandidateData(PromoteVersionPayload PromoteShadowCandidate) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => PromoteShadowCandidate.Errors;
}
