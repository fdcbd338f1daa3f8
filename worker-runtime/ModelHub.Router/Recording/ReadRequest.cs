using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using ModelHub.Protocol;
using ModelHub.Router.Comparing;

namespace ModelHub.Router.Recording;

/// <summary>One side of a request as it is told; null with the reason.</summary>
internal readonly record struct ToldRows(string? Json, int Rows, string? Omitted);

/// <summary>Reads what was asked or answered into rows of named values, without knowing the model.</summary>
internal static class ReadRequest
{
    private const int MostTensors = 1_000;
    private static readonly string[] RowLists = ["instances", "rows"];

    /// <param name="side"><c>inputs</c> or <c>outputs</c></param>
    public static ToldRows Of(ReadOnlyMemory<byte> body, string? encoding, string? jsonLength, string side, LedgerRule rule)
    {
        using var cells = new WriteCells(rule.Privacy, side == TakenRequest.Inputs);
        try
        {
            if (ReadAnswer.Plain(body, encoding) is not { } plain)
                return Unread(side);
            var json = plain.Length;
            if (jsonLength is not null && (!int.TryParse(jsonLength, NumberStyles.None, CultureInfo.InvariantCulture, out json) || json > plain.Length))
                return Unread(side);
            using var document = JsonDocument.Parse(plain[..json]);
            return Told(cells, Write(cells, document.RootElement, plain[json..], side), side, rule);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException or FormatException or OverflowException or KeyNotFoundException)
        {
            // Whatever it is, it has no named values.
            return Unread(side);
        }
    }

    /// <param name="message">a ModelInferRequest for <c>inputs</c>, a ModelInferResponse for <c>outputs</c></param>
    /// <inheritdoc cref="Of"/>
    public static ToldRows OfMessage(ReadOnlyMemory<byte> message, string side, LedgerRule rule)
    {
        using var cells = new WriteCells(rule.Privacy, side == TakenRequest.Inputs);
        try
        {
            return Told(cells, Write(cells, side == TakenRequest.Inputs ? ReadGrpcTensors.Inputs(message.Span) : ReadGrpcTensors.Outputs(message.Span)), side, rule);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidDataException or JsonException or InvalidOperationException)
        {
            // Whatever it is, it has no named values.
            return Unread(side);
        }
    }

    private static ToldRows Told(WriteCells cells, int rows, string side, LedgerRule rule) =>
        rows is < 1 or > PredictionRecord.MostRows ? new(null, Math.Max(1, rows), rows < 1 ? $"{side} have no rows" : $"{side} have more than {PredictionRecord.MostRows} rows")
        : cells.Written.Length > rule.Bytes ? new(null, rows, $"{side} take more than {rule.Bytes} bytes")
        : new(Encoding.UTF8.GetString(cells.Written), rows, null);

    private static ToldRows Unread(string side) => new(null, 1, $"{side} cannot be read");

    private static int Write(WriteCells cells, JsonElement root, ReadOnlyMemory<byte> binary, string side)
    {
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty(side, out var tensors) && tensors.ValueKind == JsonValueKind.Array)
        {
            if (tensors.GetArrayLength() > MostTensors)
                throw new InvalidDataException("too many tensors");
            return Write(cells, ReadTensors.Of(tensors, binary));
        }
        JsonElement[] all = side == TakenRequest.Inputs ? Asked(root) : [.. root.GetProperty("predictions").EnumerateArray()];
        if (all.Length <= PredictionRecord.MostRows)
            cells.Rows(all);
        return all.Length;
    }

    private static int Write(WriteCells cells, IReadOnlyList<ReadOutput> tensors)
    {
        if (tensors.Count > MostTensors)
            throw new InvalidDataException("too many tensors");
        var rows = tensors.Count == 0 ? 0 : tensors.Max(t => t.Rows);
        if (rows <= PredictionRecord.MostRows)
            cells.Rows(tensors, rows);
        return rows;
    }

    private static JsonElement[] Asked(JsonElement root)
    {
        foreach (var word in RowLists)
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty(word, out var rows) && rows.ValueKind == JsonValueKind.Array)
                return [.. rows.EnumerateArray()];
        return root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray()] : [root];
    }
}
