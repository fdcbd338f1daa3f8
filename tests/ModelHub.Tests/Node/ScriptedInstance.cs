using ModelHub.Inference;
using ModelHub.Node.Runtimes;

namespace ModelHub.Tests.Node;

/// <summary>A version whose runs do what the case is about: x and y are FP32 [rows, 1].</summary>
internal sealed class ScriptedInstance(Func<float[], float[]> run) : RuntimeInstance(
    new ModelSpec("scripted", "1", [new TensorSpec("x", Datatype.Fp32, [-1, 1])], [new TensorSpec("y", Datatype.Fp32, [-1, 1])]))
{
    /// <summary>Rows of each run, in order.</summary>
    public List<float[]> Runs { get; } = [];

    public override long MemoryBytes => 1;

    public override bool RunsOnCallersThread => true;

    public override bool IsOpenEnded => true;

    public override bool IsRepeatable => true;

    public override RuntimeRun NewRun() => new Run(this, run);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Run(ScriptedInstance instance, Func<float[], float[]> run) : RuntimeRun
    {
        private float[] result = [];

        public override ValueTask ExecuteAsync(TimeSpan limit, CancellationToken ct)
        {
            var rows = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(Request.Inputs[0].Memory.AsSpan(0, Request.Inputs[0].Length)).ToArray();
            lock (instance.Runs)
                instance.Runs.Add(rows);
            result = run(rows);
            return ValueTask.CompletedTask;
        }

        public override OutputTensor Output(int index) =>
            new(new long[] { result.Length, 1 }, System.Runtime.InteropServices.MemoryMarshal.AsBytes(result.AsSpan()));

        public override void Clear() => result = [];

        public override void Dispose()
        {
        }
    }
}
