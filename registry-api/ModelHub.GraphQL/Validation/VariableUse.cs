using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Validation;

/// <summary>Rules that follow fragments from each operation: variables are declared, used, and fit; fragments are used.</summary>
internal static class VariableUse
{
    public static void Check(Schema schema, Document document, Fragments fragments, Dictionary<Node, Uses> uses, Faults faults, GraphQLLimits limits)
    {
        var reached = new HashSet<FragmentDefinition>();
        var visits = 0;
        foreach (var operation in document.Operations)
        {
            if (faults.IsFull)
                return;
            var below = Reached(operation, fragments, uses);
            reached.UnionWith(below);
            visits += below.Count;
            if (visits > limits.MaxFragmentVisits)
            {
                faults.Limit($"The operations visit too many fragments: the limit is {limits.MaxFragmentVisits}.");
                return;
            }

            Variables(schema, operation, below.Select(f => uses[f]).Prepend(uses[operation]), faults);
        }

        foreach (var fragment in document.Fragments.Where(f => !reached.Contains(f)))
        {
            if (faults.IsFull)
                return;
            faults.Add($"The fragment \"{Faults.Shown(fragment.Name)}\" is never used.", fragment);
        }
    }

    private static HashSet<FragmentDefinition> Reached(OperationDefinition operation, Fragments fragments, Dictionary<Node, Uses> uses)
    {
        var reached = new HashSet<FragmentDefinition>();
        var open = new Stack<Uses>();
        open.Push(uses[operation]);
        while (open.TryPop(out var next))
        {
            foreach (var name in next.Spreads)
            {
                if (fragments.Find(name) is { } fragment && reached.Add(fragment))
                    open.Push(uses[fragment]);
            }
        }

        return reached;
    }

    private static void Variables(Schema schema, OperationDefinition operation, IEnumerable<Uses> all, Faults faults)
    {
        var declared = operation.Variables.GroupBy(v => v.Name).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var usage in all.SelectMany(u => u.Variables))
        {
            if (faults.IsFull)
                return;
            var name = usage.Node.Name;
            used.Add(name);
            if (!declared.TryGetValue(name, out var definition))
                faults.Add($"The variable \"${Faults.Shown(name)}\" is not declared.", usage.Node, operation);
            else if (usage.Type is not null && VariableCoercion.TypeOf(schema, definition.Type) is { IsInput: true } type && !Allowed(type, definition, usage))
                faults.Add($"The variable \"${Faults.Shown(name)}\" of type {type} cannot be used where {(usage.InOneOf ? usage.Type + "!" : usage.Type)} is expected.", definition, usage.Node);
        }

        foreach (var unused in operation.Variables.Where(v => !used.Contains(v.Name)))
            faults.Add($"The variable \"${Faults.Shown(unused.Name)}\" is never used.", unused);
    }

    private static bool Allowed(GraphType type, VariableDefinition definition, VariableUsage usage)
    {
        if (usage.InOneOf && !type.IsNonNull)
            return false;
        if (usage.Type is not NonNullDef expected || type.IsNonNull)
            return Subtypes.Is(type, usage.Type!);
        var neverNull = definition.Default is not (null or NullValue) || usage.HasDefault;
        return neverNull && Subtypes.Is(type, expected.Of);
    }
}
