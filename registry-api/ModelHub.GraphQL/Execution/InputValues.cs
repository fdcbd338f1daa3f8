using System.Text.Json;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Execution;

/// <summary>A value does not fit its input type; the message is for the client.</summary>
internal sealed class CoercionException(string message, string? path = null) : Exception(message)
{
    /// <summary>Where inside the value.</summary>
    public string? Path { get; } = path;
}

/// <summary>A coerced input object: values in the order of the type's fields, <see cref="Absent"/> where none was given.</summary>
internal sealed class InputObject(InputDef type, object?[] values)
{
    public static readonly object Absent = new();

    public InputDef Type { get; } = type;

    public object?[] Values { get; } = values;

    public object? this[string name] => Values[Type.IndexOf(name)];
}

/// <summary>The variables of a request: coerced, and as they came.</summary>
internal sealed class VariableValues(JsonElement raw)
{
    public static readonly VariableValues None = new(default);

    private readonly Dictionary<string, object?> values = new(StringComparer.Ordinal);

    public object? this[string name]
    {
        set => values[name] = value;
    }

    public bool TryGet(string name, out object? value) => values.TryGetValue(name, out value);

    public JsonElement? Raw(string name) => raw.ValueKind == JsonValueKind.Object && raw.TryGetProperty(name, out var value) ? value : null;
}
