using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Predictions;

/// <summary>Files of labels, read as they are sent. What is wrong with a value says the API; what cannot be sent at all is said here.</summary>
internal static partial class LabelFile
{
    private static readonly string[] Columns = ["request", "row", "value", "observedAt"];

    public static IEnumerable<LabelRow> Lines(TextReader reader)
    {
        for (var line = 1; reader.ReadLine() is { } text; line++)
            if (!string.IsNullOrWhiteSpace(text))
                yield return new(line, Known(line, Parse(line, text)));
    }

    public static IEnumerable<LabelRow> Csv(TextReader reader)
    {
        string[]? header = null;
        foreach (var (line, cells) in CsvLines.Read(reader))
            if (header is null)
                header = Header(cells);
            else if (cells.Length != header.Length)
                throw new BrokenWorldException($"line {line}: {cells.Length} values, and the header has {header.Length}.");
            else
                yield return new(line, Row(line, header, cells));
    }

    /// <summary>Where the label stands that a refusal is about, and what follows: <c>labels[3].value</c> → its line and <c>.value</c>; null when it is about none.</summary>
    public static (int Line, string After)? Place(Refusal refusal, IReadOnlyList<LabelRow> rows) =>
        InLabels().Match(refusal.Fields["field"].Text()) is { Success: true } match && int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) is var at && at < rows.Count
            ? (rows[at].Place, match.Groups[2].Value)
            : null;

    private static string[] Header(string[] names)
    {
        if (names.Except(Columns, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            throw new BrokenWorldException($"line 1: there is no column '{unknown}'; the columns are {string.Join(", ", Columns)}.");
        return names.Distinct().Count() == names.Length && names.Contains("request") && names.Contains("value")
            ? names
            : throw new BrokenWorldException("line 1: a header with the columns request and value, each once.");
    }

    private static JsonObject Row(int line, string[] header, string[] cells)
    {
        var label = new JsonObject();
        for (var i = 0; i < header.Length; i++)
            if (header[i] != "row")
                label.AddGiven(header[i], cells[i].Length == 0 && header[i] == "observedAt" ? null : cells[i]);
            else if (cells[i].Length > 0)
                label["row"] = int.TryParse(cells[i], NumberStyles.None, CultureInfo.InvariantCulture, out var row) ? row : throw new BrokenWorldException($"line {line}.row: a whole number from 0.");
        return label;
    }

    private static JsonObject Parse(int line, string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? throw new BrokenWorldException($"line {line}: a JSON object.");
        }
        catch (JsonException fault)
        {
            throw new BrokenWorldException($"line {line}: a JSON object ({fault.Message})", fault);
        }
    }

    private static JsonObject Known(int line, JsonObject label)
    {
        if (label.Select(member => member.Key).Except(Columns, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            throw new BrokenWorldException($"line {line}.{unknown}: there is no such field; the fields are {string.Join(", ", Columns)}.");
        return label.ContainsKey("request") && label.ContainsKey("value") ? label : throw new BrokenWorldException($"line {line}: request and value are needed.");
    }

    [GeneratedRegex(@"^(?:input\.)?labels\[(\d+)\](.*)$")]
    private static partial Regex InLabels();
}
