using System.Text.Json;
using Google.Protobuf;

namespace ModelHub.Router.Comparing;

/// <summary>What a caller asked: the value of a column in its rows, and its text as far as it may be kept.</summary>
internal sealed class AskedRequest(ReadOnlyMemory<byte> body, string? encoding, string? jsonLength)
{
    private const int MostSegment = 64;
    private static readonly string[] RowLists = ["instances", "rows"];
    private bool isMessage;

    /// <param name="message">a ModelInferRequest</param>
    public static AskedRequest OfMessage(ReadOnlyMemory<byte> message) => new(message, null, null) { isMessage = true };

    /// <returns>the values by row; a row whose value is not told is missing</returns>
    public IReadOnlyDictionary<int, string> Column(string name)
    {
        var found = new Dictionary<int, string>();
        try
        {
            if (Json() is not { } plain)
                return found;
            using var document = JsonDocument.Parse(int.TryParse(jsonLength, out var json) && json >= 0 && json < plain.Length ? plain[..json] : plain);
            var cells = Cells(document.RootElement, name);
            for (var row = 0; row < cells.Count; row++)
                if (cells[row].ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
                    found[row] = Cut(cells[row].ToString());
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException or InvalidProtocolBufferException)
        {
            // A request that cannot be read tells no column; what the versions made of it is compared all the same.
        }
        return found;
    }

    /// <summary>For an example: without the values of the fields named, or only a digest when that cannot be had.</summary>
    public string Shown(IReadOnlyCollection<string> redacted) => isMessage ? Redact.Request(body, redacted) : Redact.Text(body, encoding, jsonLength, redacted);

    private static IReadOnlyList<JsonElement> Cells(JsonElement root, string name)
    {
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("inputs", out var inputs) && inputs.ValueKind == JsonValueKind.Array)
        {
            var input = inputs.EnumerateArray().FirstOrDefault(i => i.TryGetProperty("name", out var n) && n.ValueEquals(name));
            return input.ValueKind == JsonValueKind.Object && IsColumn(input) && input.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array
                ? [.. data.EnumerateArray().Select(d => d.ValueKind == JsonValueKind.Array && d.GetArrayLength() == 1 ? d[0] : d)]
                : [];
        }
        var list = RowLists.Select(word => root.ValueKind == JsonValueKind.Object && root.TryGetProperty(word, out var rows) ? rows : default).FirstOrDefault(r => r.ValueKind == JsonValueKind.Array);
        IEnumerable<JsonElement> all = list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : root.ValueKind == JsonValueKind.Array ? root.EnumerateArray() : [root];
        return [.. all.Select(row => row.ValueKind == JsonValueKind.Object && row.TryGetProperty(name, out var cell) ? cell : default)];
    }

    private ReadOnlyMemory<byte>? Json() => isMessage ? MessageJson.Request(body) : ReadAnswer.Plain(body, encoding);

    // The columns of a wide tensor have no names.
    private static bool IsColumn(JsonElement input) =>
        !input.TryGetProperty("shape", out var shape) || (shape.ValueKind == JsonValueKind.Array && shape.EnumerateArray().Skip(1).All(size => size.TryGetInt64(out var width) && width == 1));

    private static string Cut(string text) => text.Length <= MostSegment ? text : text[..MostSegment] + "…";
}
