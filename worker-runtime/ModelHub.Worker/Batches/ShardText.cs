using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Batches;
using ModelHub.Domain.Nodes;

namespace ModelHub.Worker.Batches;

/// <summary>What became of one row: the values of the version's outputs as JSON, or an error.</summary>
internal readonly record struct RowOutput(string[]? Values, string? Error);

/// <summary>
/// The rows of a shard's output as JSON lines, each with all columns: the same bytes for the same answers, whichever node and
/// worker they came through.
/// </summary>
internal static class ShardText
{
    public static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static ShardOutput Write(ShardInput shard, BatchColumns columns, IReadOnlyList<RowOutput> rows, int requests, NodeId? node)
    {
        using var text = new MemoryStream();
        var outputs = columns.Outputs.SelectMany(o => o.Columns).Select(c => c.Name).ToArray();
        for (var i = 0; i < rows.Count; i++)
        {
            using (var json = new Utf8JsonWriter(text, Plain)) Write(json, shard.FirstRow + i + 1, shard.Rows[i].Kept, rows[i], columns.Keep, outputs);
            text.WriteByte((byte)'\n');
        }
        var bytes = text.GetBuffer().AsSpan(0, (int)text.Length);
        return new(shard.Number, Compress(bytes), Digest.Of(bytes).Value, rows.Count(r => r.Error is not null), requests, node);
    }

    /// <exception cref="InvalidDataException">The bytes are not those that were stored.</exception>
    public static byte[] Read(byte[] compressed, string digest)
    {
        using var unpacked = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress)) gzip.CopyTo(unpacked);
        var bytes = unpacked.ToArray();
        return Digest.FromHash(SHA256.HashData(bytes)).Value == digest ? bytes : throw new InvalidDataException("The stored output of a shard is damaged.");
    }

    private static void Write(Utf8JsonWriter json, long number, string?[] kept, RowOutput row, IReadOnlyList<string> keep, string[] outputs)
    {
        json.WriteStartObject();
        json.WriteNumber(BatchColumns.Row, number);
        for (var i = 0; i < keep.Count; i++) json.WriteString(keep[i], kept[i]);
        for (var i = 0; i < outputs.Length; i++)
        {
            json.WritePropertyName(outputs[i]);
            json.WriteRawValue(row.Values?[i] ?? "null", skipInputValidation: true);
        }
        json.WriteString(BatchColumns.Error, row.Error);
        json.WriteEndObject();
    }

    private static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(bytes);
        return packed.ToArray();
    }
}
