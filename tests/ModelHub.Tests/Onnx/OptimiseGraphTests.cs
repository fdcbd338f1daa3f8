using ModelHub.Onnx;
using ModelHub.Onnx.Validation;
using ModelHub.Onnx.Variants;
using Xunit;

namespace ModelHub.Tests.Onnx;

public sealed class OptimiseGraphTests
{
    [Fact]
    public void A_graph_that_can_be_simplified_is_written_and_answers_the_same()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("model.onnx", TinyModel.Linear([1, 2, 3], 4, "age", "income", "debt"));

        var made = OptimiseGraph.Of(path, path + ".optimised", ValidationLimits.Default);

        Assert.Equal((null, 2, 1), (made.Reason, made.NodesBefore, made.Nodes));
        Assert.True(OnnxModel.Open(path, optimised: path + ".optimised").Succeeded(out var model, out var refusal), refusal?.Reason);
        using (model)
            // The registered file says what the model is, whatever the graph beside it lost.
            Assert.Equal(["age", "income", "debt"], model.Signature.Features!);
    }

    [Fact]
    public void What_gains_nothing_or_cannot_be_compared_is_not_kept()
    {
        using var folder = new TemporaryFolder();
        folder.Write("weights.bin", BitConverter.GetBytes(3f));
        // Random numbers differ from run to run.
        var random = new TinyModel().Node("Identity", ["x"], ["z"]).Node("Identity", ["z"], ["u"]).Node("RandomNormalLike", ["u"], ["y"])
            .Input("x", ElementType.Float32, 1).Output("y", ElementType.Float32, 1).Written();

        Assert.Equal(
            ["none of its 1 nodes can be spared", "its weights lie in files beside it", "Not a valid ONNX file"],
            new[] { TinyModel.Echo(ElementType.Float32, -1), TinyModel.External("weights.bin"), [1, 2, 3] }.Select(bytes => Reason(folder, bytes).Split(':')[0]));
        Assert.StartsWith("its answers differ by up to", Reason(folder, random), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_stays_good_when_its_graph_cannot_be_written()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("model.onnx", TinyModel.Linear([1, 2, 3], 4));
        var process = new ValidationProcess(ValidationCommand.Of(typeof(ModelHub.Node.Runtimes.IRuntime).Assembly));

        var report = await process.RunAsync(path, ValidationLimits.Default, TestContext.Current.CancellationToken, Path.Combine(folder.Path, "no", "such", "folder", "optimised.onnx"));

        Assert.True(report.Ok, report.Reason);
        Assert.NotNull(report.Optimisation?.Reason);
    }

    private static string Reason(TemporaryFolder folder, byte[] model) =>
        OptimiseGraph.Of(folder.Write("model.onnx", model), Path.Combine(folder.Path, "optimised.onnx"), ValidationLimits.Default).Reason ?? "";
}
