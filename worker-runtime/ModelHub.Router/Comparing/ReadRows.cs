using System.Globalization;
using System.Text.Json;

namespace ModelHub.Router.Comparing;

/// <summary>
/// Reads <c>predictions</c>, one object of outputs per row: a value, an array, or an object of named numbers. What the model calls a
/// fraction may be written as a whole number here, so that is a guess.
/// </summary>
internal static class ReadRows
{
    private static readonly string[] NoNumbers = ["NaN", "Infinity", "-Infinity"];

    /// <exception cref="InvalidDataException">rows that do not have the same outputs</exception>
    public static List<ReadOutput> Of(JsonElement rows)
    {
        var count = rows.GetArrayLength();
        var columns = new Dictionary<string, List<JsonElement>>(StringComparer.Ordinal);
        foreach (var row in rows.EnumerateArray())
            foreach (var output in row.EnumerateObject())
                (columns.TryGetValue(output.Name, out var cells) ? cells : columns[output.Name] = []).Add(output.Value);
        if (columns.Values.Any(cells => cells.Count != count))
            throw new InvalidDataException("rows with different outputs");
        return [.. columns.Select(column => Column(column.Key, column.Value))];
    }

    private static ReadOutput Column(string name, List<JsonElement> cells)
    {
        string[]? labels = cells[0].ValueKind == JsonValueKind.Object ? [.. cells[0].EnumerateObject().Select(p => p.Name)] : null;
        if (labels is not null && cells.Exists(cell => cell.ValueKind != JsonValueKind.Object))
            throw new InvalidDataException("rows of different kinds");
        JsonElement[] values = [.. cells.SelectMany(cell => Values(cell, labels))];
        var width = values.Length / cells.Count;
        if (width * cells.Count != values.Length)
            throw new InvalidDataException("rows of different widths");
        if (values.All(IsNumber))
        {
            var whole = labels is null && values.All(IsWhole);
            return new(name, cells.Count, width, [.. values.Select(Number)], whole ? [.. values.Select(v => v.GetRawText())] : null, labels, IsGuessed: whole);
        }
        return new(name, cells.Count, width, null, [.. values.Select(v => v.ValueKind == JsonValueKind.String ? v.GetString()! : v.GetRawText())], labels);
    }

    private static IEnumerable<JsonElement> Values(JsonElement cell, string[]? labels) => cell.ValueKind switch
    {
        // By name, in the order of the first row.
        JsonValueKind.Object => (labels ?? throw new InvalidDataException("rows of different kinds")).Select(cell.GetProperty),
        JsonValueKind.Array => cell.EnumerateArray().SelectMany(element => Values(element, null)),
        _ => [cell],
    };

    private static bool IsNumber(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number || (value.ValueKind == JsonValueKind.String && NoNumbers.Contains(value.GetString()));

    private static bool IsWhole(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.GetRawText().AsSpan().IndexOfAny(".eE") < 0;

    private static double Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.Parse(value.GetString()!, CultureInfo.InvariantCulture);
}
