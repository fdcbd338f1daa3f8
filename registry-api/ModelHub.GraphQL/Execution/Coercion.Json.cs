using System.Runtime.CompilerServices;
using System.Text.Json;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Execution;

/// <summary>Values as clients send them.</summary>
internal sealed partial class Coercion
{
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

    private static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"\"{Cut(value.GetString()!)}\"",
        _ => Cut(value.GetRawText()),
    };
}
