using ModelHub.Console.Graph;

namespace ModelHub.Console.Operations;

internal static class CancelOperation
{
    public static readonly Operation<Mutation<CancelOperationInput>, CancelOperationData> Operation = new(
        "CancelOperation",
        Documents.CancelOperation,
        GraphJson.Default.GraphRequestMutationCancelOperationInput,
        GraphJson.Default.GraphResponseCancelOperationData);
}

internal sealed record CancelOperationInput(string Operation);

public sealed record CancelOperationData(CancelOperationPayload CancelOperation) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => CancelOperation.Errors;
}

public sealed record CancelOperationPayload(OperationState? Operation, IReadOnlyList<Refusal>? Errors);

public sealed record OperationState(string Id, string State);
