using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace ModelHub.Router.Comparing;

/// <summary>Reads what a node answered, to a V2 request or to rows, without knowing the model.</summary>
internal static class ReadAnswer
{
    public const int MostOutputs = 32;
    private const int MostInflated = 4 << 20;

    /// <returns>the outputs by name, or null for what is no such answer or has more than 32 of them</returns>
    public static IReadOnlyDictionary<string, ReadOutput>? Of(ReadOnlyMemory<byte> body, string? encoding, string? jsonLength)
    {
        try
        {
            if (Plain(body, encoding) is not { } plain)
                return null;
            var json = plain.Length;
            if (jsonLength is not null && (!int.TryParse(jsonLength, NumberStyles.None, CultureInfo.InvariantCulture, out json) || json > plain.Length))
                return null;
            using var document = JsonDocument.Parse(plain[..json]);
            var read = Outputs(document.RootElement, plain[json..]);
            return read is null || read.Count > MostOutputs || read.DistinctBy(o => o.Name).Count() != read.Count ? null : read.ToDictionary(o => o.Name, StringComparer.Ordinal);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException or FormatException or OverflowException or KeyNotFoundException)
        {
            // Whatever it is, it is nothing to compare.
            return null;
        }
    }

    /// <returns>null for a coding that is not known, or more than can be looked at</returns>
    public static ReadOnlyMemory<byte>? Plain(ReadOnlyMemory<byte> body, string? encoding)
    {
        if (encoding is null or "identity")
            return body;
        if (encoding != "gzip")
            return null;
        using var inflated = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(body.ToArray()), CompressionMode.Decompress);
        var piece = new byte[16 * 1024];
        for (int n; (n = gzip.Read(piece)) > 0;)
        {
            inflated.Write(piece, 0, n);
            if (inflated.Length > MostInflated)
                return null;
        }
        return inflated.ToArray();
    }

    private static List<ReadOutput>? Outputs(JsonElement root, ReadOnlyMemory<byte> binary)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return null;
        if (root.TryGetProperty("outputs", out var outputs) && outputs.ValueKind == JsonValueKind.Array)
            return ReadTensors.Of(outputs, binary);
        return root.TryGetProperty("predictions", out var rows) && rows.ValueKind == JsonValueKind.Array ? ReadRows.Of(rows) : null;
    }
}
