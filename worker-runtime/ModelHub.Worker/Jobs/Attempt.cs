using ModelHub.Domain.Operations;

namespace ModelHub.Worker.Jobs;

/// <summary>A begun attempt: the operation as it was then, and the number that fences all its writes.</summary>
internal sealed record Attempt(Operation Operation, int Number, long LastLogLine)
{
    public OperationId Id => Operation.Id;
}
