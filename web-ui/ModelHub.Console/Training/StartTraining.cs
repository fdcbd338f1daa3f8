using ModelHub.Console.Graph;

namespace ModelHub.Console.Training;

internal static class StartTraining
{
    public static readonly Operation<Mutation<StartTrainingInput>, StartTrainingData> Operation = new(
        "StartTraining",
        Documents.StartTraining,
        GraphJson.Default.GraphRequestMutationStartTrainingInput,
        GraphJson.Default.GraphResponseStartTrainingData);
}

internal sealed record StartTrainingInput(string Pipeline, string IdempotencyKey);

public sealed record StartTrainingData(StartTrainingPayload StartTraining) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => StartTraining.Errors;
}

public sealed record StartTrainingPayload(RunState? TrainingRun, IReadOnlyList<Refusal>? Errors);

public sealed record RunState(string Id, string State);
