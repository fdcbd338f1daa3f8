using ModelHub.Console.Graph;

namespace ModelHub.Console.Training;

internal static class CancelTraining
{
    public static readonly Operation<Mutation<CancelTrainingInput>, CancelTrainingData> Operation = new(
        "CancelTraining",
        Documents.CancelTraining,
        GraphJson.Default.GraphRequestMutationCancelTrainingInput,
        GraphJson.Default.GraphResponseCancelTrainingData);
}

internal sealed record CancelTrainingInput(string Run);

public sealed record CancelTrainingData(CancelTrainingPayload CancelTraining) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => CancelTraining.Errors;
}

public sealed record CancelTrainingPayload(RunState? TrainingRun, IReadOnlyList<Refusal>? Errors);
