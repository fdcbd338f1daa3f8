using ModelHub.Domain.Operations;
using ModelHub.Domain.Training;
using ModelHub.Tests.Worker.Jobs;
using Xunit;

namespace ModelHub.Tests.Worker.Training;

public sealed class WarmStartTests(WorkerStack stack) : IClassFixture<WorkerStack>
{
    [Fact]
    public async Task A_command_is_given_the_parents_artifact_byte_for_byte_and_may_spoil_its_copy()
    {
        await stack.NeedWorkerAsync();
        var parent = await stack.RegisterAsync(SharedData.Path("models", "german_lr_mixed", "model.onnx"));
        await stack.EndAsync(parent.Value);
        var data = await stack.GermanAsync();

        for (var run = 0; run < 2; run++)
        {
            var asked = await stack.TrainAsync(data, Trainer.Process, Search.SearchTests.Shell("""cmp "$MODELHUB_PARENT_MODEL" "$MODEL" || exit 9; echo spoilt > "$MODELHUB_PARENT_MODEL"; made 0.7""", "null"), parent);
            var operation = await stack.EndAsync(asked.Id.Value);

            Assert.True(operation.State == OperationState.Succeeded, operation.Failure);
        }
    }
}
