using System.Globalization;
using System.Text.Json;
using ModelHub.Domain.Predictions;

namespace ModelHub.Api.Predictions;

/// <summary>Reads one label; what is wrong is told with its row and field.</summary>
internal static class ReadLabel
{
    private static readonly string[] Known = ["request", "row", "value", "observedAt"];

    public static Result<GivenLabel> Line(int number, string line, DateTimeOffset now)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return Of($"line {number}", document.RootElement, now);
        }
        catch (JsonException)
        {
            return new InvalidInput($"line {number}", "a JSON object");
        }
    }

    public static Result<GivenLabel> Of(string field, JsonElement label, DateTimeOffset now)
    {
        if (label.ValueKind != JsonValueKind.Object)
            return new InvalidInput(field, "an object with a request and a value");
        // A misspelt name would otherwise be left out in silence, and the label be of another row or time.
        if (label.EnumerateObject().FirstOrDefault(member => !Known.Contains(member.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
            return new InvalidInput($"{field}.{(unknown.Name.Length <= Limits.Name ? unknown.Name : "…")}", $"one of {string.Join(", ", Known)}");
        if (Member(label, "row") is { } row && !(row.ValueKind == JsonValueKind.Number && row.TryGetInt32(out _)))
            return new InvalidInput($"{field}.row", $"0 to {Prediction.MostRows - 1}");
        DateTimeOffset observed = default;
        if (Member(label, "observedAt") is { } at && !(at.ValueKind == JsonValueKind.String && TryTime(at.GetString()!, out observed)))
            return new InvalidInput($"{field}.observedAt", "a time as in 2026-05-04T03:02:01Z");
        return GivenLabel.Of(
            field, Member(label, "request") is { ValueKind: JsonValueKind.String } request ? request.GetString() : null, Member(label, "row")?.GetInt32(),
            Member(label, "value"), Member(label, "observedAt") is null ? null : observed, now);
    }

    private static JsonElement? Member(JsonElement label, string name) =>
        label.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static bool TryTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
}
