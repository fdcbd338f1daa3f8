using System.Runtime.CompilerServices;
using ModelHub.GraphQL.Language;

namespace ModelHub.GraphQL.Validation;

/// <summary>The fragments of a document by name, known to be without cycles.</summary>
internal sealed class Fragments
{
    private readonly Dictionary<string, FragmentDefinition> byName = new(StringComparer.Ordinal);

    private Fragments()
    {
    }

    /// <summary>Null when the fragments cannot be followed.</summary>
    public static Fragments? Of(Document document, Faults faults, GraphQLLimits limits)
    {
        var fragments = new Fragments();
        if (document.Fragments.Length > limits.MaxFragmentVisits)
        {
            faults.Limit($"There are too many fragments: the limit is {limits.MaxFragmentVisits}.");
            return null;
        }

        foreach (var fragment in document.Fragments)
        {
            if (!fragments.byName.TryAdd(fragment.Name, fragment))
                faults.Add($"There are two fragments named \"{Faults.Shown(fragment.Name)}\".", fragments.byName[fragment.Name], fragment);
        }

        return fragments.HasCycle(faults) ? null : fragments;
    }

    public FragmentDefinition? Find(string name) => byName.GetValueOrDefault(name);

    private bool HasCycle(Faults faults)
    {
        var done = new HashSet<FragmentDefinition>();
        var open = new HashSet<FragmentDefinition>();
        foreach (var fragment in byName.Values)
        {
            if (Visit(fragment))
                return true;
        }

        return false;

        bool Visit(FragmentDefinition fragment)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            if (done.Contains(fragment))
                return false;
            if (!open.Add(fragment))
            {
                faults.Add($"The fragment \"{Faults.Shown(fragment.Name)}\" spreads itself.", fragment);
                return true;
            }

            foreach (var spread in Spreads(fragment.Selections))
            {
                if (Find(spread.Name) is { } next && Visit(next))
                    return true;
            }

            open.Remove(fragment);
            done.Add(fragment);
            return false;
        }
    }

    private static IEnumerable<FragmentSpread> Spreads(SelectionSet set)
    {
        var stack = new Stack<SelectionSet>();
        stack.Push(set);
        while (stack.TryPop(out var next))
        {
            foreach (var item in next.Items)
            {
                if (item is FragmentSpread spread)
                    yield return spread;
                else if (item is InlineFragment inline)
                    stack.Push(inline.Selections);
                else if (item is Field { Selections: { } below })
                    stack.Push(below);
            }
        }
    }
}
