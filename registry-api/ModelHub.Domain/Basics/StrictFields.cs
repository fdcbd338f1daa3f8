using System.Text.Json;

namespace ModelHub.Domain.Basics;

/// <summary>
/// Reads a JSON object field by field and remembers the first fault, so that a reader is a list of what it wants. A field that
/// nobody asked for is a fault too: <see cref="End"/> names it together with those there are.
/// </summary>
public sealed class StrictFields
{
    private static readonly JsonElement Empty = JsonSerializer.SerializeToElement(new Dictionary<string, int>());

    private readonly Dictionary<string, JsonElement> given = new(StringComparer.Ordinal);
    private readonly List<string> known = [];
    private readonly string path;
    private Refusal? refusal;

    public StrictFields(JsonElement json, string path)
    {
        this.path = path;
        if (json.ValueKind != JsonValueKind.Object)
            refusal = new InvalidInput(path, "an object");
        else
            foreach (var field in json.EnumerateObject())
                given[field.Name] = field.Value;
    }

    public string Text(string name, bool needed = false) =>
        Find(name, needed) is not { } value ? ""
        : value.ValueKind == JsonValueKind.String ? value.GetString()!
        : Refuse(name, "text", "");

    /// <summary>Whether a value is given; what it is, another method reads.</summary>
    public bool Has(string name) => Find(name, needed: false) is not null;

    /// <summary>Whatever is given, for another reader; null when it is left out.</summary>
    public JsonElement? Any(string name) => Find(name, needed: false);

    /// <summary>False when it is left out.</summary>
    public bool Flag(string name) =>
        Find(name, needed: false) is { } value && (value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : Refuse(name, "true or false", false));

    public double? Number(string name, bool needed = false) =>
        Find(name, needed) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number
        : Refuse(name, "a finite number", (double?)null);

    public int Whole(string name) =>
        Find(name, needed: true) is not { } value ? 0
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number
        : Refuse(name, "a whole number", 0);

    /// <summary>A whole number that may be large; null when it is not given.</summary>
    public long? Count(string name) =>
        Find(name, needed: false) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number
        : Refuse(name, "a whole number", (long?)null);

    /// <param name="scalars">Whether numbers and truth values are taken too, as they are written.</param>
    public IReadOnlyList<string> Texts(string name, bool scalars = false)
    {
        var items = List(name).ToList();
        if (items.TrueForAll(item => item.ValueKind == JsonValueKind.String || (scalars && item.ValueKind is (JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False))))
            return [.. items.Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : item.GetRawText())];
        return Refuse<string[]>(name, scalars ? "a list of texts, numbers, true or false" : "a list of texts", []);
    }

    /// <summary>"90s", "10m" and the like, or seconds as a number.</summary>
    public TimeSpan Time(string name)
    {
        if (Find(name, needed: true) is not { } value)
            return TimeSpan.Zero;
        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number => value.GetRawText() + "s",
            _ => "",
        };
        return Durations.Read(text) ?? Refuse(name, "a time such as 500ms, 30s, 10m, 1h or 1d", TimeSpan.Zero);
    }

    public IEnumerable<JsonElement> List(string name) =>
        Find(name, needed: true) is not { } value ? []
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray()
        : Refuse(name, "a list", Array.Empty<JsonElement>());

    /// <summary>The object in a field; where there is none its fields are all missing.</summary>
    public StrictFields Inner(string name, string innerPath) =>
        new(Find(name, needed: true) ?? Empty, innerPath);

    public void Refuse(string name, string limit) => refusal ??= new InvalidInput($"{path}.{name}", limit);

    /// <summary>Takes over the fault of a part.</summary>
    public void Take(Refusal? ofPart) => refusal ??= ofPart;

    /// <summary>The first fault, if there was one.</summary>
    public Refusal? End()
    {
        if (refusal is null && given.Keys.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
            refusal = new InvalidInput($"{path}.{unknown}", $"not supported here; supported are {string.Join(", ", known)}");
        return refusal;
    }

    private JsonElement? Find(string name, bool needed)
    {
        if (!known.Contains(name))
            known.Add(name);
        if (given.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null)
            return value;
        if (needed)
            Refuse(name, "is needed");
        return null;
    }

    private T Refuse<T>(string name, string limit, T instead)
    {
        Refuse(name, limit);
        return instead;
    }
}
