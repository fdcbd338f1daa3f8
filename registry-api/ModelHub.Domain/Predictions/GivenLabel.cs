using System.Text.Json;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Predictions;

/// <summary>A label as it is given, checked.</summary>
public sealed record GivenLabel(string Request, int Row, string Value, DateTimeOffset ObservedAt)
{
    /// <summary>Clocks differ by as much.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    /// <param name="field">Which of the labels it is, for the refusal.</param>
    /// <param name="value">A text, a number or a truth value.</param>
    /// <param name="observedAt">Null: now.</param>
    public static Result<GivenLabel> Of(string field, string? request, int? row, JsonElement? value, DateTimeOffset? observedAt, DateTimeOffset now)
    {
        if (request is not { Length: > 0 and <= Label.MostRequest } || request.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return new InvalidInput($"{field}.request", $"the id of a request, 1 to {Label.MostRequest} characters without blanks");
        if (row is < 0 or >= Prediction.MostRows)
            return new InvalidInput($"{field}.row", $"0 to {Prediction.MostRows - 1}");
        if (ValueOf(value) is not { Length: > 0 and <= Label.MostValue } text || text.Any(char.IsControl))
            return new InvalidInput($"{field}.value", $"a text of 1 to {Label.MostValue} characters, a finite number or a truth value");
        if (observedAt > now + Ahead)
            return new InvalidInput($"{field}.observedAt", "not in the future");
        return new GivenLabel(request, row ?? 0, text, observedAt?.ToUniversalTime() ?? now);
    }

    private static string? ValueOf(JsonElement? value) => value?.ValueKind switch
    {
        JsonValueKind.String => LabelValue.Of(value.Value.GetString()!),
        JsonValueKind.True => LabelValue.Of(true),
        JsonValueKind.False => LabelValue.Of(false),
        JsonValueKind.Number when value.Value.TryGetDouble(out var number) && double.IsFinite(number) => LabelValue.Of(number),
        _ => null,
    };
}

/// <summary>What became of labels that were given at once.</summary>
/// <param name="Labels">All of them; each is kept.</param>
/// <param name="Duplicates">Those that say what counts already, or what was said of the same moment before.</param>
/// <param name="Corrections">Those that say something else of a row than was said before.</param>
/// <param name="Pending">Those whose prediction is not written down: it may still come, or was never taken.</param>
public sealed record LabelCounts(long Labels, long Duplicates, long Corrections, long Pending);
