using System.Text.Json;

namespace ModelHub.Domain.Basics;

/// <summary>Checks of free text; each answers null or the refusal that names the field and the limit.</summary>
public static class Texts
{
    public static Refusal? Longer(string field, string? text, int limit) => text switch
    {
        null => null,
        _ when text.Length > limit => new InvalidInput(field, $"at most {limit} characters"),
        _ when text.Contains('\0', StringComparison.Ordinal) => new InvalidInput(field, "no NUL character"),
        _ => null,
    };

    /// <summary>Only http and https links are stored: a console shows them as something to click.</summary>
    public static Refusal? NotALink(string field, string? link)
    {
        if (link is null)
            return null;
        if (Longer(field, link, Limits.Link) is { } tooLong)
            return tooLong;
        var good = Uri.TryCreate(link, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
        return good ? null : new InvalidInput(field, "an absolute http or https link");
    }

    public static Refusal? NotAJsonObject(string field, string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 32 });
            return json.RootElement.ValueKind == JsonValueKind.Object ? null : new InvalidInput(field, "a JSON object");
        }
        catch (JsonException)
        {
            return new InvalidInput(field, "a JSON object, at most 32 deep");
        }
    }
}
