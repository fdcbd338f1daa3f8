namespace ModelHub.Onnx;

/// <summary>
/// A place for runs of one model, one at a time, that keeps what the next run can use: as long as memory and shapes
/// of the inputs stay, so do their native values, and the outputs are written where the last ones were. Then a run
/// allocates nothing.
/// </summary>
public sealed class OnnxCall(OnnxModel model) : IDisposable
{
    private readonly OnnxValue?[] inputs = new OnnxValue?[model.Signature.Inputs.Length];
    private readonly (byte[]? Memory, int Length, long[]? Shape)[] laid = new (byte[]?, int, long[]?)[model.Signature.Inputs.Length];
    private OnnxValue?[] outputs = [];
    private int[] wanted = [];
    private bool sameInputs = true;
    private bool reuse = true;

    /// <summary>Lays input <paramref name="index"/> of the signature over pinned memory.</summary>
    /// <param name="shape">taken for unchanged when it is the same array as last time</param>
    public void Input(int index, ElementType element, long[] shape, byte[] pinned, int length)
    {
        ref var last = ref laid[index];
        if (inputs[index] is not null && ReferenceEquals(last.Memory, pinned) && ReferenceEquals(last.Shape, shape) && last.Length == length)
            return;
        Replace(index, OnnxValue.Over(element, shape, pinned, length));
        last = (pinned, length, shape);
    }

    /// <inheritdoc cref="OnnxValue.Strings"/>
    public void Text(int index, long[] shape, ReadOnlySpan<byte> text, ReadOnlySpan<(int Start, int Length)> pieces)
    {
        Replace(index, OnnxValue.Strings(shape, text, pieces));
        laid[index] = default;
    }

    /// <param name="want">indexes of outputs of the signature</param>
    /// <exception cref="OnnxException">the run failed or was stopped</exception>
    public void Run(ReadOnlySpan<int> want, RunLimit? limit)
    {
        var same = sameInputs && reuse && outputs.Length > 0 && want.SequenceEqual(wanted);
        if (!same)
            Forget(want);
        sameInputs = true;
        try
        {
            model.RunInto(inputs!, wanted, outputs!, limit);
        }
        catch (OnnxException e) when (same && e.Fault == OnnxFault.Run)
        {
            // Outputs whose shape follows from the data do not fit those of the last run.
            Forget(want);
            model.RunInto(inputs!, wanted, outputs!, limit);
            reuse = false;
        }
        // The library makes strings anew; only numbers are written in place.
        foreach (var output in outputs)
            reuse &= output!.TensorType().Element != ElementType.String;
    }

    /// <param name="index">among those wanted in the last run</param>
    /// <returns>valid until the next run</returns>
    public OnnxValue Result(int index) => outputs[index]!;

    /// <summary>Lets go of everything when it is large; small values stay for the next run.</summary>
    public void Clear(int keptBytes)
    {
        long held = 0;
        foreach (var output in outputs)
            held += output is null || output.TensorType().Element == ElementType.String ? keptBytes : output.Bytes.Length;
        if (held >= keptBytes)
            Forget([]);
    }

    public void Dispose()
    {
        Forget([]);
        for (var i = 0; i < inputs.Length; i++)
            inputs[i]?.Dispose();
        Array.Clear(inputs);
    }

    private void Replace(int index, OnnxValue value)
    {
        inputs[index]?.Dispose();
        inputs[index] = value;
        sameInputs = false;
    }

    private void Forget(ReadOnlySpan<int> want)
    {
        foreach (var output in outputs)
            output?.Dispose();
        if (want.SequenceEqual(wanted))
        {
            Array.Clear(outputs);
            return;
        }
        wanted = want.ToArray();
        outputs = new OnnxValue?[want.Length];
    }
}
