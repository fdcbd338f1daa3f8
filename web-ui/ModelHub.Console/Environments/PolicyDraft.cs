using System.Globalization;
using System.Text.Json.Nodes;

namespace ModelHub.Console.Environments;

/// <summary>
/// A policy while somebody works on it. The text is what counts; a form reads it and changes one setting of it at a time, so that whatever the
/// form does not know stays as it was written.
/// </summary>
public sealed class PolicyDraft
{
    private JsonObject? policy;

    public PolicyDraft(string text) => (Text, policy, Fault) = Read(text);

    public string Text { get; private set; }

    /// <summary>Why the text is no JSON object; null: it is one.</summary>
    public string? Fault { get; private set; }

    /// <summary>Null while the text is broken.</summary>
    public JsonObject? Policy => policy;

    /// <summary>As somebody typed it.</summary>
    public void Write(string text) => (Text, policy, Fault) = Read(text);

    /// <param name="path">Names with dots between: <c>watch.limits.maxP99Ms</c>.</param>
    public JsonNode? At(string path)
    {
        JsonNode? at = policy;
        foreach (var name in path.Split('.'))
            at = at is JsonObject fields ? fields[name] : null;
        return at;
    }

    /// <summary>A leaf as a field of a form shows it.</summary>
    public string? Leaf(string path) => Leaf(At(path));

    public static string? Leaf(JsonNode? node) => node is JsonValue value ? value.ToString() : null;

    /// <summary>The entries of a list that are objects.</summary>
    public IReadOnlyList<JsonObject> Entries(string path) => At(path) is JsonArray list ? [.. list.OfType<JsonObject>()] : [];

    /// <summary>The entries of a list that are texts.</summary>
    public IReadOnlyList<string> Texts(string path) => At(path) is JsonArray list ? [.. list.Select(Leaf).OfType<string>()] : [];

    /// <param name="value">Null takes the setting out, and what is empty without it.</param>
    public void Set(string path, JsonNode? value)
    {
        if (policy is null)
            return;
        var names = path.Split('.');
        if (value is null)
            Remove(policy, names);
        else
            Within(names)[names[^1]] = value;
        Text = PolicyText.Of(policy);
    }

    public void Add(string path, JsonObject entry)
    {
        if (policy is null)
            return;
        var names = path.Split('.');
        if (At(path) is JsonArray list)
            list.Add(entry);
        else
            Within(names)[names[^1]] = new JsonArray(entry);
        Text = PolicyText.Of(policy);
    }

    public void Remove(string path, JsonObject entry)
    {
        if (At(path) is not JsonArray list || !list.Remove(entry))
            return;
        if (list.Count == 0)
            Set(path, null);
        else
            Text = PolicyText.Of(policy!);
    }

    /// <summary>Of an entry of a list.</summary>
    public void Set(JsonObject entry, string name, JsonNode? value)
    {
        if (policy is null)
            return;
        if (value is null)
            entry.Remove(name);
        else
            entry[name] = value;
        Text = PolicyText.Of(policy);
    }

    /// <summary>What was typed as a JSON number; null when nothing was, or something else.</summary>
    public static JsonNode? Number(object? typed) =>
        decimal.TryParse(typed as string, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : null;

    public static JsonNode? Word(object? typed) => typed is string text && text.Trim() is { Length: > 0 } word ? JsonValue.Create(word) : null;

    /// <summary>One entry for each part between commas or line breaks; null when there is none.</summary>
    public static JsonNode? Words(object? typed) =>
        (typed as string)?.Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } words
            ? new JsonArray([.. words.Select(word => (JsonNode)JsonValue.Create(word))])
            : null;

    private static (string Text, JsonObject? Policy, string? Fault) Read(string text)
    {
        var (policy, fault) = PolicyText.Read(text);
        return (text, policy, fault);
    }

    /// <summary>The object that holds the last name, made where it is not there.</summary>
    private JsonObject Within(string[] names)
    {
        var at = policy!;
        foreach (var name in names[..^1])
        {
            if (at[name] is not JsonObject inner)
                at[name] = inner = new JsonObject();
            at = inner;
        }
        return at;
    }

    private static void Remove(JsonObject from, ReadOnlySpan<string> names)
    {
        if (names.Length == 1)
            from.Remove(names[0]);
        else if (from[names[0]] is JsonObject inner)
        {
            Remove(inner, names[1..]);
            if (inner.Count == 0)
                from.Remove(names[0]);
        }
    }
}
