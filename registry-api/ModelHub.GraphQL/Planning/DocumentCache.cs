using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Planning;

/// <summary>A valid document with the plans made of it.</summary>
internal sealed class CachedDocument(Document document)
{
    // Each combination of @skip/@include variables has a plan; more than these are not kept.
    private const int MaxPlans = 32;

    private readonly Lock gate = new();
    private readonly List<(string? Operation, string Conditions, Plan Plan)> plans = [];

    public Document Document { get; } = document;

    /// <summary>The plan of an operation, for the values of its conditions.</summary>
    /// <exception cref="PlanLimitException">There are too many fields.</exception>
    public Plan PlanOf(Schema schema, OperationDefinition operation, VariableValues variables, GraphQLLimits limits)
    {
        var conditions = Conditions(operation, variables);
        lock (gate)
        {
            foreach (var known in plans)
            {
                if (known.Operation == operation.Name && known.Conditions == conditions)
                    return known.Plan;
            }
        }

        using var span = Telemetry.Source.StartActivity("graphql.plan");
        var plan = Planner.Compile(schema, Document, operation, limits, name => variables.TryGet(name, out var value) && value is true);
        lock (gate)
        {
            if (plans.Count < MaxPlans)
                plans.Add((operation.Name, conditions, plan));
        }

        return plan;
    }

    private readonly Dictionary<OperationDefinition, string[]> conditional = Conditional(document);

    private static Dictionary<OperationDefinition, string[]> Conditional(Document document)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var operation in document.Operations)
            Gather(operation.Selections, names);
        foreach (var fragment in document.Fragments)
            Gather(fragment.Selections, names);
        return document.Operations.ToDictionary(o => o, o => o.Variables.Select(v => v.Name).Where(names.Contains).ToArray());
    }

    private static void Gather(SelectionSet set, HashSet<string> names)
    {
        foreach (var item in set.Items)
        {
            foreach (var directive in item.Directives)
            {
                if (directive.Name is "skip" or "include" && directive.Arguments is [{ Value: VariableValue variable }, ..])
                    names.Add(variable.Name);
            }

            if ((item as Field)?.Selections is { } below)
                Gather(below, names);
            else if (item is InlineFragment inline)
                Gather(inline.Selections, names);
        }
    }

    private string Conditions(OperationDefinition operation, VariableValues variables)
    {
        var names = conditional[operation];
        return names.Length == 0 ? "" : string.Create(names.Length, (names, variables), static (bits, state) =>
        {
            for (var i = 0; i < bits.Length; i++)
                bits[i] = state.variables.TryGet(state.names[i], out var value) && value is true ? '1' : '0';
        });
    }
}

/// <summary>Documents by their exact text, the least recently used given up first.</summary>
internal sealed class DocumentCache(int maxEntries, long maxBytes)
{
    // A plan is larger than its source; the factor is a measured guess.
    private const int BytesPerCharacter = 30;

    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<CachedDocument>> entries = new(StringComparer.Ordinal);
    private readonly LinkedList<CachedDocument> byUse = new();
    private long bytes;

    public CachedDocument? Find(string source)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(source, out var node))
                return null;
            if (node != byUse.First)
            {
                byUse.Remove(node);
                byUse.AddFirst(node);
            }

            return node.Value;
        }
    }

    public void Add(CachedDocument document)
    {
        var source = document.Document.Source;
        lock (gate)
        {
            if (!entries.TryAdd(source, byUse.AddFirst(document)))
            {
                byUse.RemoveFirst();
                return;
            }

            bytes += Size(source);
            while (entries.Count > maxEntries || (bytes > maxBytes && entries.Count > 1))
            {
                var oldest = byUse.Last!.Value.Document.Source;
                byUse.RemoveLast();
                entries.Remove(oldest);
                bytes -= Size(oldest);
            }
        }
    }

    private static long Size(string source) => (source.Length + 100L) * BytesPerCharacter;
}
