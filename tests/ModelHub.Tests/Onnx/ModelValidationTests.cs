using ModelHub.Onnx;
using ModelHub.Onnx.Signatures;
using ModelHub.Onnx.Validation;
using Xunit;

namespace ModelHub.Tests.Onnx;

public sealed class ModelValidationTests
{
    [Fact]
    public void A_good_model_is_described_by_its_own_file()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("model.onnx", TinyModel.Linear([1, 2, 3], 4, "age", "income", "debt"));

        var report = ModelValidation.Validate(path, ValidationLimits.Default);

        Assert.True(report.Ok, report.Reason);
        Assert.Equivalent(new TensorSpec("x", "FP32", [-1, 3]), Assert.Single(report.Signature!.Inputs));
        Assert.Equivalent(new TensorSpec("y", "FP32", [-1, 1]), Assert.Single(report.Signature.Outputs));
        Assert.Equal(["age", "income", "debt"], report.Signature.Features!);
        Assert.Equal((4L, 2, 7L), (report.Parameters, report.Nodes, report.IrVersion));
        Assert.Empty(report.Warnings);
        Assert.Equivalent(report, ValidationReport.FromJson(System.Text.Encoding.UTF8.GetBytes(report.ToJson())));
    }

    [Fact]
    public void What_V2_cannot_carry_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("model.onnx", TinyModel.Echo(ElementType.Float8E5M2, -1));

        var report = ModelValidation.Validate(path, ValidationLimits.Default);

        Assert.Equal("The input 'x' is a tensor of float8e5m2, which the inference protocol V2 cannot carry.", report.Reason);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Bytes_changed_at_random_are_refused_or_loaded_and_never_end_the_process(int seed)
    {
        using var folder = new TemporaryFolder();
        var random = new Random(seed);
        var good = TinyModel.Linear([1, 2, 3], 4, "age", "income", "debt");
        for (var turn = 0; turn < 300; turn++)
        {
            var bytes = good.ToArray();
            for (var i = random.Next(1, 4); i > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var path = folder.Write("model.onnx", bytes[..random.Next(bytes.Length / 2, bytes.Length + 1)]);

            var read = ModelHub.Onnx.Files.OnnxFileReader.Read(path, ModelHub.Onnx.Files.OnnxFileLimits.Default);

            Assert.True(read.Value is not null || read.Refusal!.Reason.Length > 10);
        }
    }

    [Fact]
    public void A_run_that_is_stopped_leaves_the_next_one_alone()
    {
        using var folder = new TemporaryFolder();
        using var endless = OnnxSession.Open(folder.Write("endless.onnx", TinyModel.Endless()));
        using var echo = OnnxSession.Open(TinyModel.Echo(ElementType.Float32, 1));
        using var x = OnnxValue.Copy(ElementType.Float32, [1], BitConverter.GetBytes(1f));
        var result = new OnnxValue[1];

        for (var turn = 0; turn < 3; turn++)
        {
            var stopped = Assert.Throws<OnnxException>(() =>
            {
                using var limit = RunLimit.Start(TimeSpan.FromMilliseconds(50));
                endless.Run([x], [0], result, limit);
            });
            using var next = RunLimit.Start(TimeSpan.FromSeconds(10));
            echo.Run([x], [0], result, next);

            Assert.Equal(OnnxFault.Terminated, stopped.Fault);
            Assert.Equal(1f, BitConverter.ToSingle(result[0].Bytes));
            result[0].Dispose();
        }
    }

    [Fact]
    public async Task A_session_unloaded_during_runs_ends_after_the_last_one()
    {
        using var x = OnnxValue.Copy(ElementType.Float32, [1], BitConverter.GetBytes(1f));
        for (var turn = 0; turn < 20; turn++)
        {
            var session = OnnxSession.Open(TinyModel.Echo(ElementType.Float32, 1));
            var runs = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
            {
                var result = new OnnxValue[1];
                try
                {
                    while (true)
                    {
                        session.Run([x], [0], result);
                        result[0].Dispose();
                    }
                }
                catch (ObjectDisposedException)
                {
                    // The end this test waits for.
                }
            })).ToArray();

            session.Dispose();

            await Task.WhenAll(runs).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        }
    }
}
