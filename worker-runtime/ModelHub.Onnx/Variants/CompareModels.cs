using System.Runtime.InteropServices;

namespace ModelHub.Onnx.Variants;

/// <summary>Runs two variants of a model on the same rows, one row a run, and measures how far their answers are apart.</summary>
internal sealed class CompareModels
{
    // Fused operators round in another order; more than that is another answer.
    private const double Absolute = 1e-5;
    private const double Relative = 1e-4;

    private double sum, largest, size;
    private long values, labels, changes;
    private bool agree = true;

    /// <exception cref="OnnxException">the other fails on a row that the original takes, or a run was stopped at its limit</exception>
    public static Comparison Of(OnnxModel original, OnnxModel other, int rows, TimeSpan limit, IReadOnlyDictionary<string, ColumnSpread>? known = null)
    {
        var compared = new CompareModels();
        var ran = 0;
        for (var seed = 0; seed < rows; seed++)
        {
            if (SampleRows.Row(original.Signature, seed, known) is not { } row)
                break;
            using var inputs = new Values(row);
            using var one = Answer(original, row, limit, mayFail: true);
            if (one is null)
                continue;
            using var two = Answer(other, row, limit, mayFail: false);
            compared.Add(one.Items, two!.Items);
            ran++;
        }
        return new Comparison(ran, compared.values, compared.largest, compared.Mean(compared.sum), compared.Mean(compared.size), compared.labels, compared.changes, compared.agree);
    }

    /// <returns>how long one run on a made-up row takes, without making the row</returns>
    public static TimeSpan Time(OnnxModel model, int seed, TimeSpan limit)
    {
        using var row = new Values(SampleRows.Row(model.Signature, seed)!);
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        using var answer = Answer(model, row.Items, limit, mayFail: true);
        return System.Diagnostics.Stopwatch.GetElapsedTime(started);
    }

    private static Values? Answer(OnnxModel model, OnnxValue[] row, TimeSpan limit, bool mayFail)
    {
        var results = new OnnxValue[model.Signature.Outputs.Length];
        try
        {
            using var watch = RunLimit.Start(limit);
            model.Run(row, [.. Enumerable.Range(0, results.Length)], results, watch);
            return new Values(results);
        }
        catch (OnnxException e) when (mayFail && e.Fault == OnnxFault.Run)
        {
            return null;
        }
    }

    private void Add(OnnxValue[] one, OnnxValue[] two)
    {
        for (var i = 0; i < one.Length; i++)
        {
            var ((element, shape), (otherElement, otherShape)) = (one[i].TensorType(), two[i].TensorType());
            if (element != otherElement || !shape.SequenceEqual(otherShape))
                agree = false;
            else if (element == ElementType.String)
                Labels(Strings(one[i]), Strings(two[i]));
            else if (element is ElementType.Float32)
                Numbers(Each<float>(one[i], v => v), Each<float>(two[i], v => v));
            else if (element is ElementType.Float64)
                Numbers(Each<double>(one[i], v => v), Each<double>(two[i], v => v));
            else if (element is ElementType.Float16)
                Numbers(Each<Half>(one[i], v => (double)v), Each<Half>(two[i], v => (double)v));
            else
                Labels(Pieces(one[i], element), Pieces(two[i], element));
        }
    }

    private void Numbers(double[] one, double[] two)
    {
        foreach (var (a, b) in one.Zip(two))
        {
            // The same infinity, or neither a number: nothing between them.
            var apart = a.Equals(b) ? 0 : double.IsFinite(a - b) ? Math.Abs(a - b) : double.PositiveInfinity;
            agree &= apart <= Absolute + Relative * Math.Abs(a);
            largest = Math.Max(largest, apart);
            sum += apart;
            size += double.IsFinite(a) ? Math.Abs(a) : 0;
        }
        values += one.Length;
    }

    private double Mean(double total) => values == 0 ? 0 : total / values;

    private void Labels(string[] one, string[] two)
    {
        var changed = one.Zip(two).Count(pair => pair.First != pair.Second);
        labels += one.Length;
        changes += changed;
        agree &= changed == 0;
    }

    private static double[] Each<T>(OnnxValue value, Func<T, double> number)
        where T : struct
    {
        var from = MemoryMarshal.Cast<byte, T>(value.Bytes);
        var to = new double[from.Length];
        for (var i = 0; i < to.Length; i++)
            to[i] = number(from[i]);
        return to;
    }

    private static string[] Pieces(OnnxValue value, ElementType element)
    {
        var size = Math.Max(element.Bits() / 8, 1);
        var pieces = new string[value.Bytes.Length / size];
        for (var i = 0; i < pieces.Length; i++)
            pieces[i] = Convert.ToHexString(value.Bytes.Slice(i * size, size));
        return pieces;
    }

    private static string[] Strings(OnnxValue value)
    {
        var (text, starts) = value.StringContent();
        return [.. starts.Select((start, i) => Convert.ToHexString(text.AsSpan((int)start..(int)(i + 1 < starts.Length ? starts[i + 1] : (nuint)text.Length))))];
    }

    private sealed record Values(OnnxValue[] Items) : IDisposable
    {
        public void Dispose()
        {
            foreach (var item in Items)
                item.Dispose();
        }
    }
}
