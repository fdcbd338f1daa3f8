using System.Runtime.CompilerServices;
using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Execution;

/// <summary>Values as documents write them.</summary>
internal sealed partial class Coercion
{
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

    private static object? FromVariable(VariableValue variable, GraphType type, VariableValues variables)
    {
        if (!variables.TryGet(variable.Name, out var value))
            return InputObject.Absent;
        if (value is null && type.IsNonNull)
            throw new CoercionException($"{type} must not be null, but the variable \"${Cut(variable.Name)}\" is.");
        return value;
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

    private static string Shown(ValueNode value) => value switch
    {
        ObjectValue => "an object",
        ListValue => "a list",
        StringValue s => $"\"{Cut(s.Value)}\"",
        _ => Cut(ValuePrinter.Print(value)),
    };
}
