using ModelHub.Protocol;

namespace ModelHub.Router.Sketching;

/// <summary>
/// Counts what answers say. An output of one value a row is a number or a class; one of several is the chances of classes: of two the second is what
/// counts, as a score, of more the place of the largest, and how large that is tells how sure the version was. Used by one thread at a time.
/// </summary>
internal sealed class SaidCounts : IElements
{
    private readonly List<OutputTally> outputs = [];
    private OutputTally? current;
    private OutputTally? chances;
    private int width, best;
    private double sum, largest, last;

    public long[] Confidence { get; } = new long[Sketch.ConfidenceBins];

    public double[] ConfidenceSums { get; } = new double[Sketch.ConfidenceBins];

    public IReadOnlyList<OutputTally> Outputs => outputs;

    public bool Begin(ReadOnlySpan<byte> name, int rows, int widthOf)
    {
        (current, width) = (Find(name), widthOf);
        return current is not null && width > 0;
    }

    public void Number(int index, double value)
    {
        if (width == 1)
            current!.Number(value);
        else
            Chance(index % width, value);
    }

    public void Numbers(int index, ReadOnlySpan<double> values)
    {
        foreach (var value in values)
            Number(index++, value);
    }

    public void Text(int index, ReadOnlySpan<byte> utf8)
    {
        if (width == 1 && !(utf8.SequenceEqual("NaN"u8) || utf8.SequenceEqual("Infinity"u8) || utf8.SequenceEqual("-Infinity"u8)))
            current!.Class(utf8);
        else
            Number(index, double.NaN);
    }

    /// <summary>One of the values of a row, in order.</summary>
    private void Chance(int at, double value)
    {
        if (at == 0)
            (best, largest, sum) = (0, value, 0);
        else if (value > largest)
            (best, largest) = (at, value);
        (sum, last) = (sum + value, value);
        if (at == width - 1)
            EndRow();
    }

    private void EndRow()
    {
        if (width == 2 || double.IsNaN(sum))
            current!.Number(double.IsNaN(sum) ? sum : last);
        else
            current!.Class(best);
        // One output tells the chances; a second one would count each row twice.
        if (!(Math.Abs(sum - 1) < 0.01 && largest is >= 0 and <= 1.000001) || (chances ??= current) != current)
            return;
        var bin = Math.Min(Sketch.ConfidenceBins - 1, (int)(largest * Sketch.ConfidenceBins));
        Confidence[bin]++;
        ConfidenceSums[bin] += largest;
    }

    public OutputTally? Find(ReadOnlySpan<byte> name)
    {
        foreach (var output in outputs)
            if (name.SequenceEqual(output.Name))
                return output;
        if (outputs.Count >= Sketch.MostOutputs || name.Length > 200)
            return null;
        outputs.Add(new OutputTally(name.ToArray()));
        return outputs[^1];
    }
}
