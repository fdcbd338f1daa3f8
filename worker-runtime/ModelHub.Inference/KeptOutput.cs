namespace ModelHub.Inference;

/// <summary>A copy of some rows of an output, which outlives the run that made them. Reused.</summary>
public sealed class KeptOutput
{
    private long[] shape = [];
    private byte[] data = [];
    private nuint[] starts = [];
    private (int Bytes, int Texts) used;
    private bool isText;

    public OutputTensor Tensor => isText
        ? new OutputTensor(shape, data.AsSpan(0, used.Bytes), starts.AsSpan(0, used.Texts))
        : new OutputTensor(shape, data.AsSpan(0, used.Bytes));

    public long Bytes => data.Length + (long)starts.Length * nuint.Size;

    /// <param name="from">first row taken of an output [all rows, …]</param>
    public void Take(in OutputTensor output, int from, int rows)
    {
        if (shape.Length != output.Shape.Length)
            shape = new long[output.Shape.Length];
        output.Shape.CopyTo(shape);
        var all = (int)output.Shape[0];
        shape[0] = rows;
        isText = !output.Starts.IsEmpty;
        if (isText)
        {
            Text(output, from * (output.Elements / all), rows * (output.Elements / all));
            return;
        }
        var row = output.Data.Length / all;
        Copy(output.Data.Slice(from * row, rows * row));
    }

    /// <summary>The whole output, whatever its shape.</summary>
    public void TakeAll(in OutputTensor output)
    {
        if (!output.Shape.SequenceEqual(shape))
            shape = output.Shape.ToArray();
        isText = !output.Starts.IsEmpty;
        if (isText)
            Text(output, 0, output.Starts.Length);
        else
            Copy(output.Data);
    }

    private void Text(in OutputTensor output, int from, int count)
    {
        var first = (int)output.Starts[from];
        var end = from + count < output.Starts.Length ? (int)output.Starts[from + count] : output.Data.Length;
        Copy(output.Data[first..end]);
        if (starts.Length < count)
            starts = new nuint[count];
        for (var i = 0; i < count; i++)
            starts[i] = output.Starts[from + i] - (nuint)first;
        used.Texts = count;
    }

    private void Copy(ReadOnlySpan<byte> bytes)
    {
        if (data.Length < bytes.Length)
            data = new byte[bytes.Length];
        bytes.CopyTo(data);
        used.Bytes = bytes.Length;
    }
}
