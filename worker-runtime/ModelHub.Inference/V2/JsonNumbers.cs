using System.Text.Json;

namespace ModelHub.Inference.V2;

/// <summary>Numbers as they lie in JSON, for those who look at them without making a tensor of them.</summary>
public static class JsonNumbers
{
    /// <summary>
    /// Reads numbers of an array until <paramref name="into"/> is full, or the next one is the last of the array, or no number.
    /// </summary>
    /// <param name="json">begins at a value</param>
    /// <param name="consumed">of <paramref name="json"/>, up to the value that comes next</param>
    /// <returns>how many were read</returns>
    public static int ReadSome(ReadOnlySpan<byte> json, Span<double> into, out int consumed)
    {
        consumed = 0;
        var read = 0;
        while (read < into.Length && NumberScan.Element(json, consumed, out into[read]) is var next and >= 0)
            (consumed, read) = (next, read + 1);
        return read;
    }

    /// <summary>The number that the reader stands on.</summary>
    /// <exception cref="FormatException">it is none that a double holds</exception>
    public static double Read(ref Utf8JsonReader reader) => NumberScan.TryShort(reader.ValueSpan, out var value) ? value : reader.GetDouble();
}
