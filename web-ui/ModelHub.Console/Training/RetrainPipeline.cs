using ModelHub.Console.Graph;

namespace ModelHub.Console.Training;

internal static class RetrainPipeline
{
    public static readonly Operation<Mutation<RetrainPipelineInput>, RetrainPipelineData> Operation = new(
        "RetrainPipeline",
        Documents.RetrainPipeline,
        GraphJson.Default.GraphRequestMutationRetrainPipelineInput,
        GraphJson.Default.GraphResponseRetrainPipelineData);
}

internal sealed record RetrainPipelineInput(string Pipeline, string IdempotencyKey);

public sealed record RetrainPipelineData(RetrainPipelinePayload RetrainPipeline) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => RetrainPipeline.Errors;
}

public sealed record RetrainPipelinePayload(IReadOnlyList<Refusal>? Errors);
