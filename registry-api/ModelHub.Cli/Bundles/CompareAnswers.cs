using System.Globalization;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Bundles;

/// <summary>Whether a model answers here as it did where the bundle was made. Processors round differently in the last digits.</summary>
internal static class CompareAnswers
{
    private const double Relative = 1e-4;

    // A probability of 1e-9 may well be 2e-9 elsewhere.
    private const double Absolute = 1e-6;

    /// <returns>The first difference, or null.</returns>
    public static string? Difference(JsonNode expected, JsonNode actual)
    {
        var (before, now) = (expected["outputs"].Items().ToList(), actual["outputs"].Items().ToList());
        if (before.Count == 0 || !before.Select(NameOf).SequenceEqual(now.Select(NameOf), StringComparer.Ordinal))
            return $"the outputs are {string.Join(", ", now.Select(NameOf))} here and {string.Join(", ", before.Select(NameOf))} in the bundle";
        return before.Zip(now, Difference).FirstOrDefault(found => found is not null);
    }

    private static string NameOf(JsonObject output) => output["name"].Text();

    private static string? Difference(JsonObject expected, JsonObject actual)
    {
        foreach (var field in new[] { "datatype", "shape" })
            if (!JsonNode.DeepEquals(expected[field], actual[field]))
                return $"the {field} of '{NameOf(expected)}' is {actual[field]?.ToJsonString()} here and {expected[field]?.ToJsonString()} in the bundle";
        if (expected["data"] is not JsonArray before || actual["data"] is not JsonArray now || before.Count != now.Count)
            return $"'{NameOf(expected)}' has another number of values here than in the bundle";
        var fractions = expected["datatype"].Text() is "FP32" or "FP64";
        for (var i = 0; i < before.Count; i++)
            if (!(fractions && Near(before[i], now[i])) && !JsonNode.DeepEquals(before[i], now[i]))
                return string.Create(CultureInfo.InvariantCulture, $"'{NameOf(expected)}'[{i}] is {now[i]?.ToJsonString()} here and {before[i]?.ToJsonString()} in the bundle");
        return null;
    }

    private static bool Near(JsonNode? before, JsonNode? now) =>
        before is JsonValue one && now is JsonValue other && one.TryGetValue<double>(out var a) && other.TryGetValue<double>(out var b)
        && Math.Abs(a - b) <= Absolute + Relative * Math.Max(Math.Abs(a), Math.Abs(b));
}
