using System.Runtime.CompilerServices;
using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Validation;

/// <summary>One pass over one definition, with the types of all places; serves the rules that need no fragments followed.</summary>
internal sealed class DocumentWalk
{
    private readonly Schema schema;
    private readonly Fragments fragments;
    private readonly Faults faults;
    private readonly GraphQLLimits limits;
    private readonly Uses uses = new();
    private readonly ValueRules values;
    private readonly ArgumentRules arguments;

    private DocumentWalk(Schema schema, Fragments fragments, Faults faults, GraphQLLimits limits)
    {
        this.schema = schema;
        this.fragments = fragments;
        this.faults = faults;
        this.limits = limits;
        values = new ValueRules(uses, faults);
        arguments = new ArgumentRules(schema, values, faults, limits);
    }

    /// <summary>What each definition uses.</summary>
    public static Dictionary<Node, Uses> Run(Schema schema, Document document, Fragments fragments, Faults faults, GraphQLLimits limits)
    {
        var all = new Dictionary<Node, Uses>();
        foreach (var operation in document.Operations)
        {
            var walk = new DocumentWalk(schema, fragments, faults, limits);
            all[operation] = walk.uses;
            if (!faults.IsFull)
                walk.Operation(operation);
        }

        foreach (var fragment in document.Fragments)
        {
            var walk = new DocumentWalk(schema, fragments, faults, limits);
            all[fragment] = walk.uses;
            if (!faults.IsFull)
                walk.Fragment(fragment);
        }

        return all;
    }

    private void Operation(OperationDefinition operation)
    {
        if (!new VariableRules(schema, values, arguments, faults, limits).Check(operation))
            return;
        arguments.Directives(operation.Directives, operation.Kind.ToString().ToUpperInvariant(), operation);
        Selections(operation.Selections, Operations.RootOf(schema, operation));
    }

    private void Fragment(FragmentDefinition fragment)
    {
        arguments.Directives(fragment.Directives, "FRAGMENT_DEFINITION", fragment);
        Selections(fragment.Selections, Condition(fragment.On));
    }

    private CompositeDef? Condition(NamedType on)
    {
        if (schema.ByName.GetValueOrDefault(on.Name) is not { } type)
            faults.UnknownType(on, schema.Types.OfType<CompositeDef>());
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
        arguments.Directives(field.Directives, "FIELD", field);
        var definition = parent is null ? null : schema.FieldOf(parent, field.Name);
        if (definition is null)
        {
            if (parent is not null)
                UnknownField(field, parent);
            arguments.Untyped(field.Arguments);
            if (field.Selections is { } unknown)
                Selections(unknown, null);
            return;
        }

        arguments.Check(field.Arguments, definition.Args, $"{definition.Parent.Name}.{definition.Name}", field);
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

    private void UnknownField(Field field, CompositeDef parent)
    {
        var near = faults.Suggest(field.Name, (parent as FieldsDef)?.Fields.Select(f => f.Name) ?? []);
        if (near.Length == 0 && parent is not ObjectDef)
            near = faults.SuggestFragments(parent.PossibleTypes.Where(t => t.Field(field.Name) is not null).Select(t => t.Name));
        faults.Add($"{parent} has no field \"{Faults.Shown(field.Name)}\".{near}", field);
    }

    private void Inline(InlineFragment inline, CompositeDef? parent)
    {
        arguments.Directives(inline.Directives, "INLINE_FRAGMENT", inline);
        var on = inline.On is null ? parent : Condition(inline.On);
        if (on is not null && parent is not null && !Schema.Overlap(on, parent))
            faults.Add($"No {parent} is ever a {on}.", inline);
        Selections(inline.Selections, on);
    }

    private void Spread(FragmentSpread spread, CompositeDef? parent)
    {
        arguments.Directives(spread.Directives, "FRAGMENT_SPREAD", spread);
        uses.Spreads.Add(spread.Name);
        if (fragments.Find(spread.Name) is not { } fragment)
            faults.Add($"There is no fragment \"{Faults.Shown(spread.Name)}\".", spread);
        else if (parent is not null && schema.ByName.GetValueOrDefault(fragment.On.Name) is CompositeDef on && !Schema.Overlap(on, parent))
            faults.Add($"No {parent} is ever a {on}, on which the fragment \"{Faults.Shown(fragment.Name)}\" is.", spread);
    }
}
