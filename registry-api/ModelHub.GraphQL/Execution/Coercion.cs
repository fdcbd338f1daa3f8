using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Execution;

/// <summary>
/// Input values from JSON and from literals. Coerced values are wire values of scalars, CLR enum values, object arrays
/// and <see cref="InputObject"/>s; binding to CLR types comes later.
/// </summary>
internal sealed partial class Coercion(int maxValues)
{
    private int count;

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

    private static string Cut(string text) => text.Length <= 50 ? text : text[..50] + "…";
}
