using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using ModelHub.Hosting;
using ModelHub.Inference;
using ModelHub.Inference.V2;
using ModelHub.Node;
using ModelHub.Node.Runtimes;
using ModelHub.Protocol;
using ModelHub.Tests.Onnx;
using Xunit;

namespace ModelHub.Tests.Node.Runtimes;

/// <summary>What every runtime must do, shown on y = x₀ + 2·x₁ + 3·x₂ + ½ for rows of x.</summary>
public abstract class RuntimeContract : IAsyncLifetime
{
    internal static readonly ModelSignature Declared = new([new SignaturePort("x", "FP32", [-1, 3])], [new SignaturePort("y", "FP32", [-1, 1])]);

    private readonly TemporaryFolder folder = new();

    protected string Folder => folder.Path;

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_tells_what_goes_in_and_out()
    {
        await using var instance = await OpenAsync();

        var (x, y) = (Assert.Single(instance.Spec.Inputs), Assert.Single(instance.Spec.Outputs));
        Assert.Equal(("x", Datatype.Fp32, "[-1,3]"), (x.Name, x.Datatype, x.ShapeText));
        Assert.Equal(("y", Datatype.Fp32, "[-1,1]"), (y.Name, y.Datatype, y.ShapeText));
        Assert.True(instance.MemoryBytes >= 0);
    }

    [Fact]
    public async Task Rows_are_answered_in_their_order()
    {
        await using var instance = await OpenAsync();

        var answers = await AskAsync(instance, 1, 1, 1, 0, 0, 0, -1, -1, -1);

        Assert.Equal([6.5f, 0.5f, -5.5f], answers);
    }

    [Fact]
    public async Task A_run_is_used_again_for_other_numbers_of_rows()
    {
        await using var instance = await OpenAsync();
        using var run = instance.NewRun();

        foreach (var rows in (int[])[1, 100, 2])
            Assert.Equal(Enumerable.Range(0, rows).Select(row => 6f * row + 0.5f), await AskAsync(instance, run, [.. Enumerable.Range(0, rows).SelectMany(row => Enumerable.Repeat((float)row, 3))]));
    }

    [Fact]
    public async Task Many_runs_at_once_each_get_their_own_answer()
    {
        await using var instance = await OpenAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() => AskAsync(instance, i, 0, 0), Ct)));

        Assert.Equal(Enumerable.Range(0, 64).Select(i => i + 0.5f), answers.Select(answer => Assert.Single(answer)));
    }

    [Fact]
    public async Task A_run_that_takes_too_long_is_stopped()
    {
        await using var instance = await OpenSlowAsync();
        using var run = instance.NewRun();
        Assert.True(MadeUpRow.Fill(instance.Spec, run.Request));

        var stopped = await Assert.ThrowsAsync<RunException>(() => run.ExecuteAsync(TimeSpan.FromMilliseconds(200), Ct).AsTask());

        Assert.Equal(RunFault.TimedOut, stopped.Fault);
    }

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual ValueTask DisposeAsync()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private protected abstract Task<RuntimeInstance> OpenAsync();

    /// <summary>A model that does not answer within the second.</summary>
    private protected abstract Task<RuntimeInstance> OpenSlowAsync();

    private protected static async Task<float[]> AskAsync(RuntimeInstance instance, params float[] x)
    {
        using var run = instance.NewRun();
        return await AskAsync(instance, run, x);
    }

    private protected static async Task<float[]> AskAsync(RuntimeInstance instance, RuntimeRun run, float[] x)
    {
        var values = string.Join(',', x.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
        Fill(instance, run, $$"""{"inputs":[{"name":"x","datatype":"FP32","shape":[{{x.Length / 3}},3],"data":[{{values}}]}]}""");
        await run.ExecuteAsync(TimeSpan.FromSeconds(30), Ct);
        var y = Read(run);
        run.Clear();
        return y;
    }

    private protected static void Fill(RuntimeInstance instance, RuntimeRun run, string json) =>
        Assert.Null(InferReader.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(json)), null, instance.Spec, InferenceLimits.Default, run.Request));

    /// <summary>Opens a version, or fails with the reason.</summary>
    internal static async Task<RuntimeInstance> OpenAsync(IRuntime runtime, Assignment assignment, string path)
    {
        Assert.True(runtime.Takes(assignment.Format));
        var (instance, problem) = await runtime.OpenAsync(assignment, path, Ct);
        Assert.Null(problem);
        return instance!;
    }

    internal static Assignment Assigned(string format, string runtime, ModelSignature? signature, string model = "linear") =>
        new(Guid.CreateVersion7(), model, 1, "sha256:" + new string('0', 64), 1, format, runtime, $"{model}@1", signature);

    internal static NodeOptions Options(params (string Key, string Value)[] settings) => NodeOptions.Read(new Settings(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value))).Build()));

    private static float[] Read(RuntimeRun run)
    {
        var output = run.Output(0);
        Assert.Equal([output.Elements, 1], output.Shape.ToArray());
        return MemoryMarshal.Cast<byte, float>(output.Data).ToArray();
    }
}
