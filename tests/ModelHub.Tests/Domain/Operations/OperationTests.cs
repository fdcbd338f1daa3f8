using ModelHub.Domain.Operations;
using Xunit;
using static ModelHub.Tests.Domain.Sample;

namespace ModelHub.Tests.Domain.Operations;

public sealed class OperationTests
{
    private readonly Operation operation = Operation.Enqueue(OperationKinds.Train, "training-run:1", Guid.NewGuid(), Ada, Now);

    [Fact]
    public void What_a_superseded_attempt_found_does_not_count()
    {
        var first = operation.Begin(Now).Value;
        var second = operation.Begin(Now).Value;

        Assert.Equal(new AttemptSuperseded(1, 2), operation.Succeed(first, null, Now));
        Assert.Equal(OperationState.Running, operation.State);
        Assert.Null(operation.Succeed(second, null, Now));
        Assert.Equal(new OperationEnded(OperationState.Succeeded), operation.Fail(second, "late", Now));
    }

    [Fact]
    public void One_that_waits_is_cancelled_at_once_and_one_that_runs_is_told()
    {
        var running = Operation.Enqueue(OperationKinds.Train, "training-run:2", Guid.NewGuid(), Ada, Now);
        var attempt = running.Begin(Now).Value;

        Assert.Null(operation.Cancel(Now));
        Assert.Null(running.Cancel(Now));

        Assert.Equal((OperationState.Cancelled, OperationState.Running, true), (operation.State, running.State, running.CancelRequested));
        Assert.Null(running.Cancelled(attempt, Now));
        Assert.IsType<OperationEnded>(operation.Begin(Now).Refusal);
    }
}
