using System.Runtime.CompilerServices;
using System.Text.Json;
using ModelHub.GraphQL.Language;
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

/// <summary>
/// Input values from JSON and from literals. Coerced values are wire values of scalars, CLR enum values, object arrays
/// and <see cref="InputObject"/>s; binding to CLR types comes later.
/// </summary>
internal sealed class Coercion(int maxValues)
{
    private int count;

    public object? FromJson(JsonElement value, GraphType type, string path)
    {
        Count();
        if (type is NonNullDef nonNull)
            return value.ValueKind == JsonValueKind.Null ? throw new CoercionException($"{type} must not be null.", path) : FromJson(value, nonNull.Of, path);
        if (value.ValueKind == JsonValueKind.Null)
            return null;
        return type switch
        {
            ListDef list => ListFromJson(value, list, path),
            InputDef input => ObjectFromJson(value, input, path),
            EnumDef e => (value.ValueKind == JsonValueKind.String ? e.Find(value.GetString()!)?.Value : null) ?? throw Mismatch(type, Shown(value), path),
            ScalarDef scalar => ScalarFromJson(value, scalar, path),
            _ => throw new InvalidOperationException($"{type} is no input type."),
        };
    }

    /// <summary>The value of a literal, or <see cref="InputObject.Absent"/> for a variable that was not given.</summary>
    public object? FromLiteral(ValueNode value, GraphType type, VariableValues variables)
    {
        Count();
        if (value is VariableValue variable)
            return FromVariable(variable, type, variables);
        if (type is NonNullDef nonNull)
            return value is NullValue ? throw new CoercionException($"{type} must not be null.") : FromLiteral(value, nonNull.Of, variables);
        if (value is NullValue)
            return null;
        return type switch
        {
            ListDef list => ListFromLiteral(value, list, variables),
            InputDef input => ObjectFromLiteral(value, input, variables),
            EnumDef e => (value is EnumValue name ? e.Find(name.Name)?.Value : null) ?? throw Mismatch(type, Shown(value)),
            ScalarDef { IsAny: true } => JsonLiterals.ToElement(value, variables.Raw),
            ScalarDef scalar => scalar.ParseLiteral(value) ?? throw Mismatch(type, Shown(value)),
            _ => throw new InvalidOperationException($"{type} is no input type."),
        };
    }

    private static object ScalarFromJson(JsonElement value, ScalarDef scalar, string path)
    {
        try
        {
            return scalar.ParseJson(value) ?? throw Mismatch(scalar, Shown(value), path);
        }
        catch (FormatException e)
        {
            throw new CoercionException(e.Message, path);
        }
    }

    private static object? FromVariable(VariableValue variable, GraphType type, VariableValues variables)
    {
        if (!variables.TryGet(variable.Name, out var value))
            return InputObject.Absent;
        if (value is null && type.IsNonNull)
            throw new CoercionException($"{type} must not be null, but the variable \"${variable.Name}\" is.");
        return value;
    }

    private object?[] ListFromJson(JsonElement value, ListDef list, string path)
    {
        if (value.ValueKind != JsonValueKind.Array)
            return [FromJson(value, list.Of, path)];
        var items = new object?[value.GetArrayLength()];
        var i = 0;
        foreach (var item in value.EnumerateArray())
        {
            items[i] = FromJson(item, list.Of, $"{path}[{i}]");
            i++;
        }

        return items;
    }

    private object?[] ListFromLiteral(ValueNode value, ListDef list, VariableValues variables)
    {
        if (value is not ListValue literal)
            return [FromLiteral(value, list.Of, variables)];
        var items = new object?[literal.Items.Length];
        for (var i = 0; i < items.Length; i++)
        {
            var item = FromLiteral(literal.Items[i], list.Of, variables);
            if (item == InputObject.Absent)
                item = list.Of.IsNonNull ? throw new CoercionException($"{list.Of} is required in a list.") : null;
            items[i] = item;
        }

        return items;
    }

    private InputObject ObjectFromJson(JsonElement value, InputDef input, string path)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (value.ValueKind != JsonValueKind.Object)
            throw Mismatch(input, Shown(value), path);
        var values = NewValues(input);
        foreach (var member in value.EnumerateObject())
        {
            var index = input.IndexOf(member.Name);
            if (index < 0)
                throw new CoercionException($"{input} has no field \"{Cut(member.Name)}\".", path);
            values[index] = FromJson(member.Value, input.Fields[index].Type, $"{path}.{member.Name}");
        }

        return Complete(input, values, path);
    }

    private InputObject ObjectFromLiteral(ValueNode value, InputDef input, VariableValues variables)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (value is not ObjectValue literal)
            throw Mismatch(input, Shown(value));
        var values = NewValues(input);
        foreach (var field in literal.Fields)
        {
            var index = input.IndexOf(field.Name);
            if (index < 0)
                throw new CoercionException($"{input} has no field \"{Cut(field.Name)}\".");
            values[index] = FromLiteral(field.Value, input.Fields[index].Type, variables);
        }

        return Complete(input, values, null);
    }

    private static object?[] NewValues(InputDef input)
    {
        var values = new object?[input.Fields.Count];
        Array.Fill(values, InputObject.Absent);
        return values;
    }

    private static InputObject Complete(InputDef input, object?[] values, string? path)
    {
        if (input.IsOneOf && (values.Count(v => v != InputObject.Absent) != 1 || values.Contains(null)))
            throw new CoercionException($"{input} takes exactly one field, which must not be null.", path);
        for (var i = 0; i < values.Length; i++)
        {
            var field = input.Fields[i];
            if (values[i] != InputObject.Absent)
                continue;
            if (field.Default is not null)
                values[i] = field.DefaultValue;
            else if (field.Type.IsNonNull)
                throw new CoercionException($"The field \"{field.Name}\" of {input} is required.", path);
        }

        return new InputObject(input, values);
    }

    private void Count()
    {
        if (++count > maxValues)
            throw new CoercionException($"There are too many input values: the limit is {maxValues}.");
    }

    private static CoercionException Mismatch(GraphType type, string shown, string? path = null) => new($"{type} cannot represent {shown}.", path);

    private static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"\"{Cut(value.GetString()!)}\"",
        _ => Cut(value.GetRawText()),
    };

    private static string Shown(ValueNode value) => value switch
    {
        ObjectValue => "an object",
        ListValue => "a list",
        StringValue s => $"\"{Cut(s.Value)}\"",
        _ => Cut(ValuePrinter.Print(value)),
    };

    private static string Cut(string text) => text.Length <= 50 ? text : text[..50] + "…";
}
