using System.Text;
using ModelHub.Protocol;

namespace ModelHub.Router.Sketching;

/// <summary>How the values of one output are distributed: numbers by their size on either side of zero, and classes.</summary>
internal sealed class OutputTally(byte[] name)
{
    private const string Other = "(other)";
    private const string NotANumber = "(not a number)";
    private const int MostClass = 64;

    private readonly long[] positive = new long[DifferenceScale.Buckets];
    private readonly long[] negative = new long[DifferenceScale.Buckets];
    private readonly long[] indexes = new long[Sketch.MostClasses];
    private readonly List<(byte[] Name, long Count)> texts = [];
    private long values, zeros, notANumber, other;

    public byte[] Name => name;

    public void Number(double value)
    {
        values++;
        if (!double.IsFinite(value))
            notANumber++;
        else if (value == 0)
            zeros++;
        else
            (value > 0 ? positive : negative)[DifferenceScale.Bucket(Math.Abs(value))]++;
    }

    /// <summary>The class at this place of an output that tells the chances of all.</summary>
    public void Class(int index)
    {
        values++;
        if (index < indexes.Length)
            indexes[index]++;
        else
            other++;
    }

    public void Class(ReadOnlySpan<byte> utf8)
    {
        values++;
        for (var i = 0; i < texts.Count; i++)
            if (utf8.SequenceEqual(texts[i].Name))
            {
                texts[i] = texts[i] with { Count = texts[i].Count + 1 };
                return;
            }
        if (texts.Count < Sketch.MostClasses && utf8.Length <= MostClass)
            texts.Add((utf8.ToArray(), 1));
        else
            other++;
    }

    /// <summary>Adds what was counted to <paramref name="sum"/> and starts anew.</summary>
    public void MoveTo(OutputTally sum)
    {
        for (var i = 0; i < positive.Length; i++)
            (sum.positive[i], sum.negative[i]) = (sum.positive[i] + positive[i], sum.negative[i] + negative[i]);
        for (var i = 0; i < indexes.Length; i++)
            sum.indexes[i] += indexes[i];
        foreach (var (text, count) in texts)
            sum.AddText(text, count);
        (sum.values, sum.zeros, sum.notANumber, sum.other) = (sum.values + values, sum.zeros + zeros, sum.notANumber + notANumber, sum.other + other);
        Array.Clear(positive);
        Array.Clear(negative);
        Array.Clear(indexes);
        texts.Clear();
        (values, zeros, notANumber, other) = (0, 0, 0, 0);
    }

    public SketchedOutput Told() => new(Encoding.UTF8.GetString(name), values, zeros, Histogram.From(positive), Histogram.From(negative), [.. Classes()]);

    public bool IsEmpty => values == 0;

    private IEnumerable<ClassCount> Classes()
    {
        for (var i = 0; i < indexes.Length; i++)
            if (indexes[i] > 0)
                yield return new(i.ToString(System.Globalization.CultureInfo.InvariantCulture), indexes[i]);
        foreach (var (text, count) in texts)
            yield return new(Encoding.UTF8.GetString(text), count);
        // What is no number is not left out: it may be the very thing that is wrong with a version.
        if (notANumber > 0)
            yield return new(NotANumber, notANumber);
        if (other > 0)
            yield return new(Other, other);
    }

    private void AddText(byte[] text, long count)
    {
        var at = texts.FindIndex(t => t.Name.AsSpan().SequenceEqual(text));
        if (at >= 0)
            texts[at] = (text, texts[at].Count + count);
        else if (texts.Count < Sketch.MostClasses)
            texts.Add((text, count));
        else
            other += count;
    }
}
