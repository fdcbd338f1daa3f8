using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Demo;

/// <summary>One application as a V2 request, with the probability of default the trainer itself gave it.</summary>
internal sealed record KnownAnswer(byte[] Request, double Probability);

/// <summary>The trainer's predictions.csv, turned into requests: its input columns first, then modelhub.label and a probability per class.</summary>
internal static class KnownAnswers
{
    private const string OwnColumns = "modelhub.";
    private const string Probability = "modelhub.probability.1";

    /// <param name="csv">As the trainer wrote it.</param>
    /// <param name="inputs">The signature's inputs: name and datatype.</param>
    public static IReadOnlyList<KnownAnswer> Read(string csv, IReadOnlyDictionary<string, string> inputs)
    {
        var lines = csv.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var header = lines[0].Split(',');
        var probability = Array.IndexOf(header, Probability);
        if (probability < 0 || header.Where(IsInput).Any(name => !inputs.ContainsKey(name)))
            throw new BrokenWorldException($"The trainer's predictions have the columns {lines[0]}, which are not those of the model.");
        return [.. lines.Skip(1).Select(line => line.Split(',')).Select(fields => new KnownAnswer(
            ToRequest(header, fields, inputs), double.Parse(fields[probability], CultureInfo.InvariantCulture)))];
    }

    private static bool IsInput(string column) => !column.StartsWith(OwnColumns, StringComparison.Ordinal);

    private static byte[] ToRequest(string[] header, string[] fields, IReadOnlyDictionary<string, string> inputs) =>
        ToRequest(header.Zip(fields, KeyValuePair.Create).Where(cell => IsInput(cell.Key)), inputs);

    /// <summary>A V2 request of one row.</summary>
    public static byte[] ToRequest(IEnumerable<KeyValuePair<string, string>> fields, IReadOnlyDictionary<string, string> inputs)
    {
        var tensors = fields.Select(cell => new JsonObject
        {
            ["name"] = cell.Key,
            ["datatype"] = inputs[cell.Key],
            ["shape"] = new JsonArray(1, 1),
            ["data"] = new JsonArray(Value(inputs[cell.Key], cell.Value)),
        });
        return Encoding.UTF8.GetBytes(new JsonObject { ["inputs"] = new JsonArray([.. tensors]) }.ToJsonString());
    }

    // JSON has no number for "missing": by agreement it is the string NaN.
    private static JsonNode Value(string datatype, string text) => datatype == "BYTES" || text.Length == 0
        ? JsonValue.Create(datatype == "BYTES" ? text : "NaN")
        : JsonNode.Parse(text)!;

    /// <summary>The probability of default in a V2 answer, and the version that gave it.</summary>
    public static (double Probability, string Version) ReadAnswer(ReadOnlySpan<byte> body)
    {
        var answer = JsonNode.Parse(body) as JsonObject;
        var output = answer?["outputs"].Items().FirstOrDefault(one => one["name"].Text() == "probabilities");
        return output?["data"] is JsonArray { Count: 2 } data && data[1] is JsonValue value && value.TryGetValue<double>(out var probability)
            ? (probability, answer!["model_version"].Text())
            : throw new JsonException("The answer has no two probabilities.");
    }
}
