using System.Text.Json;

namespace ModelHub.Domain.Predictions.Quality;

/// <summary>What a row of an answer predicts, as far as it can be held against a label.</summary>
/// <param name="Value">The class it was taken for, or the number, as <see cref="LabelValue"/> writes it.</param>
/// <param name="Probabilities">By class, in the order of their names; null when it tells none.</param>
public sealed record Predicted(string Value, IReadOnlyList<KeyValuePair<string, double>>? Probabilities)
{
    private const double MostSum = 1.01;

    /// <summary>The class of the highest probability is what it was taken for, unless an output names one.</summary>
    /// <returns>Null when no output is a single value or a set of probabilities.</returns>
    public static Predicted? Of(JsonElement output)
    {
        if (output.ValueKind != JsonValueKind.Object)
            return null;
        var probabilities = output.EnumerateObject().Select(o => ProbabilitiesOf(o.Value)).FirstOrDefault(p => p is not null);
        var values = output.EnumerateObject().Select(o => ValueOf(o.Value)).OfType<string>().ToList();
        // Beside probabilities a class is one of theirs; another number is something else.
        var value = probabilities is null ? values.FirstOrDefault() : values.FirstOrDefault(v => probabilities.Any(p => p.Key == v)) ?? probabilities.MaxBy(p => p.Value).Key;
        return value is null ? null : new(value, probabilities);
    }

    private static string? ValueOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => LabelValue.Of(value.GetString()!),
        JsonValueKind.Number when value.TryGetDouble(out var number) && double.IsFinite(number) => LabelValue.Of(number),
        JsonValueKind.True => LabelValue.Of(true),
        JsonValueKind.False => LabelValue.Of(false),
        JsonValueKind.Array when value.GetArrayLength() == 1 && value[0].ValueKind != JsonValueKind.Array => ValueOf(value[0]),
        _ => null,
    };

    /// <summary>Named ones, or a list of them, whose classes are then 0, 1, 2 …; each from 0 to 1 and together about 1.</summary>
    private static KeyValuePair<string, double>[]? ProbabilitiesOf(JsonElement value)
    {
        KeyValuePair<string, JsonElement>[] named = value.ValueKind switch
        {
            JsonValueKind.Object => [.. value.EnumerateObject().Select(p => KeyValuePair.Create(LabelValue.Of(p.Name), p.Value))],
            JsonValueKind.Array => [.. value.EnumerateArray().Select((p, i) => KeyValuePair.Create(LabelValue.Of(i), p))],
            _ => [],
        };
        if (named.Length < 2 || named.Any(p => p.Value.ValueKind != JsonValueKind.Number || !(p.Value.GetDouble() is >= 0 and <= 1)))
            return null;
        KeyValuePair<string, double>[] shares = [.. named.Select(p => KeyValuePair.Create(p.Key, p.Value.GetDouble())).OrderBy(p => p.Key, StringComparer.Ordinal)];
        return Math.Abs(shares.Sum(p => p.Value) - 1) < MostSum - 1 && shares.DistinctBy(p => p.Key).Count() == shares.Length ? shares : null;
    }
}
