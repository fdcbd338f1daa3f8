using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text;
using ModelHub.Protocol;

namespace ModelHub.Router.Sketching;

/// <summary>The slots of one column, laid out for counting.</summary>
/// <param name="Offset">of its first slot among all; behind its slots lies one more, for values of the wrong type</param>
internal sealed record ColumnSlots(string Name, byte[] NameUtf8, double[]? Edges, byte[][] Values, int Offset, int Slots)
{
    private const int Few = 32;

    public int WrongType => Offset + Slots;

    // What is no number is below none, so that filling up a vector counts for nothing.
    private readonly double[] padded = [.. Edges ?? [], .. Enumerable.Repeat(double.NaN, (Vector256<double>.Count - (Edges?.Length ?? 0) % Vector256<double>.Count) % Vector256<double>.Count)];

    /// <summary>The slot among all of a number; sets <paramref name="outside"/> when it is below or above all that was seen.</summary>
    public int OfNumber(double value, out bool outside)
    {
        var edges = Edges!;
        outside = value < edges[0] || value > edges[^1];
        var reached = edges.Length <= Few ? Reached(value) : ReachedOfMany(value);
        // The last edge belongs to the bin below it.
        return Offset + (outside ? reached : Math.Clamp(reached, 1, Math.Max(1, edges.Length - 1)));
    }

    /// <summary>How many edges are at or below it, all of them looked at at once: no branch, so that none is foreseen wrongly.</summary>
    private int Reached(double value)
    {
        var (wanted, count) = (Vector256.Create(value), 0);
        for (var at = 0; at < padded.Length; at += Vector256<double>.Count)
            count += BitOperations.PopCount(Vector256.GreaterThanOrEqual(wanted, Vector256.LoadUnsafe(ref padded[at])).ExtractMostSignificantBits());
        return count;
    }

    private int ReachedOfMany(double value)
    {
        var (from, count) = (0, Edges!.Length);
        while (count > 0)
        {
            var half = count / 2;
            (from, count) = value >= Edges[from + half] ? (from + half + 1, count - half - 1) : (from, half);
        }
        return from;
    }

    public int OfText(ReadOnlySpan<byte> utf8)
    {
        for (var i = 0; i < Values.Length; i++)
            if (utf8.SequenceEqual(Values[i]))
                return Offset + i;
        return Offset + Values.Length;
    }
}

/// <summary>What is counted of requests to one version: its columns, and which of them the inputs are made of.</summary>
internal sealed class SketchPlan
{
    public const int None = -1;
    private readonly Dictionary<string, int> byName;
    private readonly (byte[] Name, int[] Columns)[] inputs;

    public SketchPlan(RouteSketch route)
    {
        Route = route;
        var offset = 0;
        Columns = [.. route.Columns.Select(column => Of(column, ref offset))];
        Slots = offset;
        byName = Columns.Select((column, i) => (column.Name, i)).ToDictionary(c => c.Name, c => c.i, StringComparer.Ordinal);
        inputs = [.. route.Inputs.Select(input => (Encoding.UTF8.GetBytes(input.Name), input.Columns.Select(name => byName.GetValueOrDefault(name, None)).ToArray()))];
    }

    public RouteSketch Route { get; }

    public ColumnSlots[] Columns { get; }

    /// <summary>Of all columns together.</summary>
    public int Slots { get; }

    /// <param name="after">The column found before: callers write fields in the same order again and again, so that the next one is looked at first.</param>
    public int Find(ReadOnlySpan<byte> name, int after)
    {
        for (var i = 1; i <= Math.Min(2, Columns.Length); i++)
            if (name.SequenceEqual(Columns[(after + i) % Columns.Length].NameUtf8))
                return (after + i) % Columns.Length;
        return FindAnywhere(name);
    }

    /// <returns>the columns of this input; null when there is none of this name</returns>
    public int[]? Input(ReadOnlySpan<byte> name)
    {
        foreach (var (known, columns) in inputs)
            if (name.SequenceEqual(known))
                return columns;
        return null;
    }

    private int FindAnywhere(ReadOnlySpan<byte> name)
    {
        Span<char> text = stackalloc char[256];
        return name.Length <= text.Length && byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text[..Encoding.UTF8.GetChars(name, text)], out var found) ? found : None;
    }

    private static ColumnSlots Of(RouteColumn column, ref int offset)
    {
        var slots = new ColumnSlots(
            column.Name, Encoding.UTF8.GetBytes(column.Name), column.Edges, [.. (column.Values ?? []).Select(Encoding.UTF8.GetBytes)], offset, column.Slots);
        offset += column.Slots + 1;
        return slots;
    }
}
