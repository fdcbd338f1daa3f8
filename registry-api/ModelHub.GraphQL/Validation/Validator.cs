using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Validation;

/// <summary>The rules of the specification over a whole document.</summary>
internal static class Validator
{
    /// <summary>What is wrong with the document, at most as many errors as the limits say.</summary>
    public static GraphQLError[] Validate(Schema schema, Document document, GraphQLOptions options)
    {
        var faults = new Faults(document.Source, options.Limits);
        var fragments = Fragments.Of(document, faults, options.Limits);
        if (fragments is null)
            return faults.All;
        Operations.Check(schema, document, fragments, faults);
        var walk = new DocumentWalk(schema, fragments, faults, options.Limits);
        var uses = walk.Run(document);
        VariableUse.Check(schema, document, fragments, uses, faults, options.Limits);
        if (!faults.IsFull)
            new FieldMerging(schema, fragments, faults, options.Limits).Check(document);
        if (!faults.Any)
            new Depth(schema, fragments, faults, options.Limits).Check(document);
        return faults.All;
    }
}

/// <summary>The errors found so far; after the limit nothing more is kept.</summary>
internal sealed class Faults(string source, GraphQLLimits limits)
{
    private const int MaxLocations = 5;

    private readonly List<GraphQLError> all = [];

    public bool Any => all.Count > 0;

    public bool IsFull => all.Count >= limits.MaxValidationErrors;

    public GraphQLError[] All => [.. all];

    public void Add(string message, params ReadOnlySpan<Node> at) => Add(message, "VALIDATION", at);

    public void Limit(string message, params ReadOnlySpan<Node> at) => Add(message, "LIMIT", at);

    /// <summary>A name from the document, short enough for a message.</summary>
    public static string Shown(string name) => name.Length <= 100 ? name : name[..100] + "…";

    private void Add(string message, string code, ReadOnlySpan<Node> at)
    {
        if (IsFull)
            return;
        var locations = new List<SourceLocation>();
        foreach (var node in at[..Math.Min(at.Length, MaxLocations)])
            locations.Add(Locations.Of(source, node.Start));
        all.Add(new GraphQLError(message, code) { Locations = locations });
    }
}

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
            System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
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
