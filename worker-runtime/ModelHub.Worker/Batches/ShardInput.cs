using System.Text;
using System.Text.Json;
using ModelHub.Domain.Batches;

namespace ModelHub.Worker.Batches;

/// <summary>A row that is to be predicted.</summary>
/// <param name="Json">The object that nodes take; null where its values do not fit.</param>
/// <param name="Error">Why there is none.</param>
internal sealed record RowInput(string?[] Kept, string? Json, string? Error);

/// <summary>The rows of one shard.</summary>
internal sealed record ShardInput(int Number, long FirstRow, IReadOnlyList<RowInput> Rows)
{
    /// <summary>Cuts the rows into shards, in order; those that are done are read over.</summary>
    public static IEnumerable<ShardInput> Cut(IRows rows, BatchRun run, IReadOnlySet<int> done)
    {
        var fields = BatchFields.Of(run.Version.Signature!);
        using var buffer = new MemoryStream();
        for (var number = 0; ; number++)
        {
            var taken = new List<RowInput>();
            for (var row = 0; row < run.ShardRows && rows.Read(); row++)
                if (!done.Contains(number)) taken.Add(Take(rows, fields, run.Keep.Count, buffer));
            if (taken.Count > 0) yield return new(number, (long)number * run.ShardRows, taken);
            if ((long)(number + 1) * run.ShardRows >= run.RowsTotal) yield break;
        }
    }

    private static RowInput Take(IRows rows, IReadOnlyList<BatchField> fields, int kept, MemoryStream buffer)
    {
        var keep = Enumerable.Range(fields.Count, kept).Select(i => rows[i]).ToArray();
        buffer.SetLength(0);
        using var json = new Utf8JsonWriter(buffer, ShardText.Plain);
        json.WriteStartObject();
        for (var i = 0; i < fields.Count; i++)
        {
            json.WritePropertyName(fields[i].Name);
            if (FieldValue.Write(json, fields[i], rows[i]) is { } error) return new(keep, null, error);
        }
        json.WriteEndObject();
        json.Flush();
        return new(keep, Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length), null);
    }
}
