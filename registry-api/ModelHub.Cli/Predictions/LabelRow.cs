using System.Globalization;
using System.Text.Json.Nodes;

namespace ModelHub.Cli.Predictions;

/// <summary>One label as the API takes it, and where it stands.</summary>
internal sealed record LabelRow(int Place, JsonObject Label)
{
    /// <summary>REQUEST=VALUE or REQUEST#ROW=VALUE. An id may hold an equals sign; a value does not.</summary>
    public static LabelRow Typed(int place, string text, DateTimeOffset? observedAt)
    {
        var cut = text.LastIndexOf('=');
        if (cut <= 0 || cut == text.Length - 1)
            throw new BrokenWorldException($"'{text}' is no label; a label is written REQUEST=VALUE, or REQUEST#ROW=VALUE.");
        var label = new JsonObject { ["request"] = text[..cut], ["value"] = text[(cut + 1)..] };
        if (text.LastIndexOf('#', cut) is > 0 and var mark && int.TryParse(text.AsSpan(mark + 1, cut - mark - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var row))
            (label["request"], label["row"]) = (text[..mark], row);
        if (observedAt is { } at)
            label["observedAt"] = at;
        return new(place, label);
    }
}
