using System.Buffers;
using System.Text;
using ModelHub.Inference;
using ModelHub.Inference.V2;
using ModelHub.Node.Runtimes.Onnx;
using ModelHub.Node.Serving;
using ModelHub.Onnx;
using ModelHub.Protocol;
using ModelHub.Tests.Onnx;
using Xunit;

namespace ModelHub.Tests.Node;

/// <summary>What a request costs the garbage collector between wire and wire.</summary>
public sealed class AllocationTests
{
    private const int Requests = 200;

    [Fact]
    public async Task A_request_like_the_last_one_allocates_nothing()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "model.onnx");
        await File.WriteAllBytesAsync(file, TinyModel.Linear([1, 2, 3], 1), TestContext.Current.CancellationToken);
        Assert.True(OnnxModel.Open(file).Succeeded(out var model, out _));
        var assignment = new Assignment(Guid.CreateVersion7(), "m", 1, "", 1, "onnx", "onnx", "");
        await using var version = new LoadedVersion(assignment, new OnnxInstance(assignment, model), new RunTimes(), joins: true);
        var bodies = Enumerable.Range(0, 8)
            .Select(i => new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes($$$"""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,3],"data":[0.5,{{{i}}}.25,1e-3]}]}"""))).ToArray();
        for (var i = 0; i < Requests; i++)
            Answer(version, bodies[i % bodies.Length]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Requests; i++)
            Answer(version, bodies[i % bodies.Length]);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Answer(LoadedVersion version, ReadOnlySequence<byte> body)
    {
        var slot = version.Rent();
        if (InferReader.Read(body, null, version.Spec, InferenceLimits.Default, slot.Request) is { } fault)
            throw new InvalidOperationException(fault.Message);
        slot.Run.ExecuteAsync(TimeSpan.FromMinutes(1), CancellationToken.None).AsTask().GetAwaiter().GetResult();
        slot.WriteV2();
        version.Return(slot);
    }
}
