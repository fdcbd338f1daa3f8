using ModelHub.Console.Graph;

namespace ModelHub.Console.Batches;

internal static class CancelBatch
{
    public static readonly Operation<Mutation<CancelBatchInput>, CancelBatchData> Operation = new(
        "CancelBatch",
        Documents.CancelBatch,
        GraphJson.Default.GraphRequestMutationCancelBatchInput,
        GraphJson.Default.GraphResponseCancelBatchData);
}

internal sealed record CancelBatchInput(string Run);

public sealed record CancelBatchData(CancelBatchPayload CancelBatch) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => CancelBatch.Errors;
}

public sealed record CancelBatchPayload(BatchState? BatchRun, IReadOnlyList<Refusal>? Errors);

public sealed record BatchState(string Id, string State);
