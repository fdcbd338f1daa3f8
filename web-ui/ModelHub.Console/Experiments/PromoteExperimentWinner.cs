using ModelHub.Console.Graph;
using ModelHub.Console.Promotions;

namespace ModelHub.Console.Experiments;

internal static class PromoteExperimentWinner
{
    public static readonly Operation<Mutation<PromoteExperimentWinnerInput>, PromoteExperimentWinnerData> Operation = new(
        "PromoteExperimentWinner",
        Documents.PromoteExperimentWinner,
        GraphJson.Default.GraphRequestMutationPromoteExperimentWinnerInput,
        GraphJson.Default.GraphResponsePromoteExperimentWinnerData);
}

internal sealed record PromoteExperimentWinnerInput(string Experiment, string IdempotencyKey);

public sealed record PromoteExperimentWinnerData(PromoteVersionPayload PromoteExperimentWinner) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => PromoteExperimentWinner.Errors;
}
