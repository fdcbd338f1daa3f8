using System.Runtime.CompilerServices;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Validation;

/// <summary>Where a variable is used, and what is expected there; no type inside literals of custom scalars.</summary>
internal readonly record struct VariableUsage(VariableValue Node, GraphType? Type, bool HasDefault, bool InOneOf);

/// <summary>What one operation or fragment uses, without what its fragments use.</summary>
internal sealed class Uses
{
    public List<VariableUsage> Variables { get; } = [];

    public HashSet<string> Spreads { get; } = new(StringComparer.Ordinal);
}

/// <summary>One pass over every definition, with the types of all places; serves the rules that need no fragments followed.</summary>
internal sealed class DocumentWalk(Schema schema, Fragments fragments, Faults faults, GraphQLLimits limits)
{
    private Uses uses = new();

    /// <summary>What each definition uses.</summary>
    public Dictionary<Node, Uses> Run(Document document)
    {
        var all = new Dictionary<Node, Uses>();
        foreach (var operation in document.Operations)
        {
            all[operation] = uses = new Uses();
            if (!faults.IsFull)
                Operation(operation);
        }

        foreach (var fragment in document.Fragments)
        {
            all[fragment] = uses = new Uses();
            if (!faults.IsFull)
                Fragment(fragment);
        }

        return all;
    }

    private void Operation(OperationDefinition operation)
    {
        if (operation.Variables.Length > limits.MaxVariables)
        {
            faults.Limit($"There are too many variables: the limit is {limits.MaxVariables}.", operation);
            return;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var variable in operation.Variables)
        {
            if (!names.Add(variable.Name))
                faults.Add($"There are two variables named \"${Faults.Shown(variable.Name)}\".", variable);
            Variable(variable);
        }

        Directives(operation.Directives, operation.Kind.ToString().ToUpperInvariant(), operation);
        Selections(operation.Selections, GraphQL.Validation.Operations.RootOf(schema, operation));
    }

    private void Variable(VariableDefinition variable)
    {
        var type = VariableCoercion.TypeOf(schema, variable.Type);
        if (type is null)
            faults.Add($"There is no type \"{Faults.Shown(Innermost(variable.Type).Name)}\".", variable.Type);
        else if (!type.IsInput)
            faults.Add($"The variable \"${Faults.Shown(variable.Name)}\" cannot be of the output type {type}.", variable.Type);
        else if (variable.Default is not null && type.Named is not ScalarDef { IsCustom: true })
            Value(variable.Default, type, hasDefault: false, inOneOf: false);
        Directives(variable.Directives, "VARIABLE_DEFINITION", variable);
    }

    private static NamedType Innermost(TypeNode type) => type switch
    {
        ListTypeNode l => Innermost(l.Of),
        NonNullTypeNode n => Innermost(n.Of),
        _ => (NamedType)type,
    };

    private void Fragment(FragmentDefinition fragment)
    {
        Directives(fragment.Directives, "FRAGMENT_DEFINITION", fragment);
        Selections(fragment.Selections, Condition(fragment.On));
    }

    private CompositeDef? Condition(NamedType on)
    {
        if (schema.ByName.GetValueOrDefault(on.Name) is not { } type)
            faults.Add($"There is no type \"{Faults.Shown(on.Name)}\".", on);
        else if (type is CompositeDef composite)
            return composite;
        else
            faults.Add($"A fragment cannot be on {type}, which has no fields.", on);
        return null;
    }

    private void Selections(SelectionSet set, CompositeDef? parent)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (var item in set.Items)
        {
            if (faults.IsFull)
                return;
            switch (item)
            {
                case Field field:
                    Field(field, parent);
                    break;
                case InlineFragment inline:
                    Inline(inline, parent);
                    break;
                case FragmentSpread spread:
                    Spread(spread, parent);
                    break;
            }
        }
    }

    private void Field(Field field, CompositeDef? parent)
    {
        Directives(field.Directives, "FIELD", field);
        var definition = parent is null ? null : schema.FieldOf(parent, field.Name);
        if (parent is not null && definition is null)
            faults.Add($"{parent} has no field \"{Faults.Shown(field.Name)}\".", field);
        if (definition is null)
        {
            foreach (var argument in field.Arguments)
                Value(argument.Value, null, hasDefault: false, inOneOf: false);
            if (field.Selections is { } unknown)
                Selections(unknown, null);
            return;
        }

        Arguments(field.Arguments, definition.Args, $"{definition.Parent.Name}.{definition.Name}", field);
        if (definition.Type.Named is not CompositeDef composite)
        {
            if (field.Selections is not null)
                faults.Add($"{definition.Parent.Name}.{definition.Name} is a {definition.Type} and has no fields to select.", field.Selections);
        }
        else if (field.Selections is null)
        {
            faults.Add($"{definition.Parent.Name}.{definition.Name} is a {definition.Type}: select fields of it.", field);
        }
        else
        {
            Selections(field.Selections, composite);
        }
    }

    private void Inline(InlineFragment inline, CompositeDef? parent)
    {
        Directives(inline.Directives, "INLINE_FRAGMENT", inline);
        var on = inline.On is null ? parent : Condition(inline.On);
        if (on is not null && parent is not null && !Schema.Overlap(on, parent))
            faults.Add($"No {parent} is ever a {on}.", inline);
        Selections(inline.Selections, on);
    }

    private void Spread(FragmentSpread spread, CompositeDef? parent)
    {
        Directives(spread.Directives, "FRAGMENT_SPREAD", spread);
        uses.Spreads.Add(spread.Name);
        if (fragments.Find(spread.Name) is not { } fragment)
            faults.Add($"There is no fragment \"{Faults.Shown(spread.Name)}\".", spread);
        else if (parent is not null && schema.ByName.GetValueOrDefault(fragment.On.Name) is CompositeDef on && !Schema.Overlap(on, parent))
            faults.Add($"No {parent} is ever a {on}, on which the fragment \"{Faults.Shown(fragment.Name)}\" is.", spread);
    }

    private void Directives(Directive[] directives, string location, Node owner)
    {
        if (directives.Length > limits.MaxDirectivesPerLocation)
        {
            faults.Limit($"There are too many directives in one place: the limit is {limits.MaxDirectivesPerLocation}.", owner);
            return;
        }

        for (var i = 0; i < directives.Length; i++)
        {
            var directive = directives[i];
            var definition = schema.Directive(directive.Name);
            if (definition is null)
                faults.Add($"There is no directive \"@{Faults.Shown(directive.Name)}\".", directive);
            else if (!definition.Locations.Contains(location))
                faults.Add($"The directive \"@{definition.Name}\" cannot stand here.", directive);
            else if (!definition.IsRepeatable && Array.FindIndex(directives, d => d.Name == directive.Name) < i)
                faults.Add($"The directive \"@{definition.Name}\" can stand here only once.", directive);
            Arguments(directive.Arguments, definition?.Args, $"@{Faults.Shown(directive.Name)}", directive);
        }
    }

    private void Arguments(Argument[] given, IReadOnlyList<InputValueDef>? definitions, string of, Node owner)
    {
        var names = given.Length > 1 ? new HashSet<string>(StringComparer.Ordinal) : null;
        foreach (var argument in given)
        {
            if (faults.IsFull)
                return;
            if (names?.Add(argument.Name) == false)
                faults.Add($"The argument \"{Faults.Shown(argument.Name)}\" is given twice.", argument);
            var definition = definitions?.FirstOrDefault(d => d.Name == argument.Name);
            if (definition is null && definitions is not null)
                faults.Add($"{of} has no argument \"{Faults.Shown(argument.Name)}\".", argument);
            Value(argument.Value, definition?.Type, definition?.Default is not null, inOneOf: false);
        }

        foreach (var required in (definitions ?? []).Where(d => d.IsRequired && !Array.Exists(given, g => g.Name == d.Name)))
            faults.Add($"{of} requires the argument \"{required.Name}\" of type {required.Type}.", owner);
    }

    private void Value(ValueNode value, GraphType? type, bool hasDefault, bool inOneOf)
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
            Value(value, list.Of, hasDefault: false, inOneOf: false);
            return;
        }

        foreach (var item in literal.Items)
            Value(item, list.Of, hasDefault: false, inOneOf: false);
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
                faults.Add($"{input} has no field \"{Faults.Shown(field.Name)}\".", field);
            var definition = index < 0 ? null : input.Fields[index];
            Value(field.Value, definition?.Type, definition?.Default is not null, input.IsOneOf);
        }

        foreach (var required in input.Fields.Where(f => f.IsRequired && !Array.Exists(literal.Fields, g => g.Name == f.Name)))
            faults.Add($"The field \"{required.Name}\" of {input} is required.", value);
        if (input.IsOneOf && (literal.Fields.Length != 1 || literal.Fields[0].Value is NullValue))
            faults.Add($"{input} takes exactly one field, which must not be null.", value);
    }

    private void Leaf(ValueNode value, GraphType? type)
    {
        if (type is null or ScalarDef { IsAny: true })
        {
            Untyped(value);
            return;
        }

        if (!Fits(value, type))
            faults.Add($"{type} cannot represent this value.", value);
    }

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
