using System.Runtime.CompilerServices;
using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Validation;

/// <summary>Rules about literals: of the right type, their fields known, unique and complete.</summary>
internal sealed class ValueRules(Uses uses, Faults faults)
{
    /// <param name="value">The literal.</param>
    /// <param name="type">What is expected; null where nobody knows, or where anything goes.</param>
    /// <param name="hasDefault">The place has a default, so that a variable there may be absent.</param>
    /// <param name="inOneOf">The place is a field of a oneOf input.</param>
    public void Check(ValueNode value, GraphType? type, bool hasDefault = false, bool inOneOf = false)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (faults.IsFull)
            return;
        if (value is VariableValue variable)
        {
            uses.Variables.Add(new VariableUsage(variable, type, hasDefault, inOneOf));
            return;
        }

        if (value is NullValue)
        {
            if (type is NonNullDef)
                faults.Add($"{type} must not be null.", value);
            return;
        }

        var nullable = type?.Nullable;
        if (nullable is ListDef list)
            List(value, list);
        else if (nullable is InputDef input)
            Object(value, input);
        else
            Leaf(value, nullable);
    }

    private void List(ValueNode value, ListDef list)
    {
        if (value is not ListValue literal)
        {
            Check(value, list.Of);
            return;
        }

        foreach (var item in literal.Items)
            Check(item, list.Of);
    }

    private void Object(ValueNode value, InputDef input)
    {
        if (value is not ObjectValue literal)
        {
            faults.Add($"{input} cannot represent a value that is no object.", value);
            return;
        }

        Unique(literal);
        foreach (var field in literal.Fields)
        {
            if (faults.IsFull)
                return;
            var index = input.IndexOf(field.Name);
            if (index < 0)
                faults.Add($"{input} has no field \"{Faults.Shown(field.Name)}\".{faults.Suggest(field.Name, input.Fields.Select(f => f.Name))}", field);
            var definition = index < 0 ? null : input.Fields[index];
            Check(field.Value, definition?.Type, definition?.Default is not null, input.IsOneOf);
        }

        foreach (var required in input.Fields.Where(f => f.IsRequired && !Array.Exists(literal.Fields, g => g.Name == f.Name)))
            faults.Add($"The field \"{required.Name}\" of {input} is required.", value);
        if (input.IsOneOf && (literal.Fields.Length != 1 || literal.Fields[0].Value is NullValue))
            faults.Add($"{input} takes exactly one field, which must not be null.", value);
    }

    private void Leaf(ValueNode value, GraphType? type)
    {
        if (type is null or ScalarDef { IsAny: true })
            Untyped(value);
        else if (!Fits(value, type))
            faults.Add($"{type} cannot represent this value.{Nearest(value, type)}", value);
    }

    private string Nearest(ValueNode value, GraphType type) =>
        type is EnumDef e && (value as EnumValue)?.Name is { } name ? faults.Suggest(name, e.Values.Select(v => v.Name)) : "";

    private static bool Fits(ValueNode value, GraphType type)
    {
        // A number too large for a double is a matter of coercion: its field fails, not the document.
        if (type.Named.Name == "Float")
            return value is IntValue or FloatValue;
        if (type is EnumDef e)
            return value is EnumValue name && e.Find(name.Name) is not null;
        try
        {
            return ((ScalarDef)type).ParseLiteral(value) is not null;
        }
        catch (FormatException)
        {
            // A converter's way to say that the text is none of its values.
            return false;
        }
    }

    private void Untyped(ValueNode value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (value)
        {
            case VariableValue variable:
                uses.Variables.Add(new VariableUsage(variable, null, false, false));
                break;
            case ListValue list:
                foreach (var item in list.Items)
                    Untyped(item);
                break;
            case ObjectValue o:
                Unique(o);
                foreach (var field in o.Fields)
                    Untyped(field.Value);
                break;
        }
    }

    private void Unique(ObjectValue literal)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in literal.Fields)
        {
            if (!names.Add(field.Name))
                faults.Add($"The field \"{Faults.Shown(field.Name)}\" is given twice.", field);
            if (faults.IsFull)
                return;
        }
    }
}
