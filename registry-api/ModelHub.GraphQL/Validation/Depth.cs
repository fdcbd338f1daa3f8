using System.Runtime.CompilerServices;
using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Validation;

/// <summary>How deep fields nest, introspection measured apart; each fragment is measured once.</summary>
internal sealed class Depth(Schema schema, Fragments fragments, Faults faults, GraphQLLimits limits)
{
    private readonly Dictionary<FragmentDefinition, Measure> known = [];

    public void Check(Document document)
    {
        foreach (var operation in document.Operations)
        {
            var measure = Of(operation.Selections, Operations.RootOf(schema, operation));
            if (measure.Fields > limits.MaxDepth)
                faults.Limit($"The operation is too deep: {measure.Fields} levels, the limit is {limits.MaxDepth}.", operation);
            if (measure.Introspection > limits.MaxIntrospectionDepth || measure.Lists > limits.MaxIntrospectionLists)
                faults.Limit($"The introspection is too deep: the limit is {limits.MaxIntrospectionDepth} levels and {limits.MaxIntrospectionLists} lists.", operation);
        }
    }

    private Measure Of(SelectionSet set, CompositeDef? parent)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var most = default(Measure);
        foreach (var item in set.Items)
        {
            var own = item switch
            {
                Field field => Of(field, parent),
                InlineFragment inline => Of(inline.Selections, inline.On is null ? parent : Composite(inline.On)),
                FragmentSpread spread when fragments.Find(spread.Name) is { } fragment => Of(fragment),
                _ => default,
            };
            most = new Measure(Math.Max(most.Fields, own.Fields), Math.Max(most.Introspection, own.Introspection), Math.Max(most.Lists, own.Lists));
        }

        return most;
    }

    private Measure Of(FragmentDefinition fragment)
    {
        if (!known.TryGetValue(fragment, out var measure))
            known[fragment] = measure = Of(fragment.Selections, Composite(fragment.On));
        return measure;
    }

    private Measure Of(Field field, CompositeDef? parent)
    {
        var definition = parent is null ? null : schema.FieldOf(parent, field.Name);
        var below = field.Selections is null ? default : Of(field.Selections, definition?.Type.Named as CompositeDef);
        if (parent?.IsIntrospection == true || field.Name is "__schema" or "__type")
        {
            var list = field.Name is "fields" or "interfaces" or "possibleTypes" or "inputFields" ? 1 : 0;
            return new Measure(below.Fields, below.Introspection + 1, below.Lists + list);
        }

        return below with { Fields = below.Fields + 1 };
    }

    private CompositeDef? Composite(NamedType name) => schema.ByName.GetValueOrDefault(name.Name) as CompositeDef;

    private readonly record struct Measure(int Fields, int Introspection, int Lists);
}
