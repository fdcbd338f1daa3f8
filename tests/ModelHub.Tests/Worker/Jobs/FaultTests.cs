using ModelHub.Domain.Operations;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Worker.Jobs;

public sealed class FaultTests(WorkerStack stack) : IClassFixture<WorkerStack>
{
    [Fact]
    public async Task An_api_that_is_away_delays_a_job_and_does_not_fail_it()
    {
        var id = await stack.RegisterAsync(SharedData.Path("models", "iris_knn", "model.onnx"));
        await stack.StopApiAsync();
        await stack.StartWorkerAsync();
        await Eventually.Is(() => stack.OperationAsync(id.Value), o => o.Message?.Contains("attempt 1 failed", StringComparison.Ordinal) == true, what: "The first attempt's fault");

        await stack.StartApiAsync();

        var operation = await stack.EndAsync(id.Value);
        Assert.Equal(OperationState.Succeeded, operation.State);
        Assert.InRange(operation.Attempts, 2, 4);
    }
}
