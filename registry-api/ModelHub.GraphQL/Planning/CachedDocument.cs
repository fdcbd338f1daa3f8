using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Planning;

/// <summary>A valid document with the plans made of it.</summary>
internal sealed class CachedDocument(Document document)
{
    // Each combination of @skip/@include variables has a plan; more than these are not kept.
    private const int MaxPlans = 32;

    // Measured over 2000 generated documents: source and syntax tree 13 bytes a character, a plan 158 a field; rounded up.
    private const int BytesPerCharacter = 16;
    private const int BytesPerField = 200;
    private const int BytesAtLeast = 2000;

    private readonly Lock gate = new();
    private readonly List<(string? Operation, string Conditions, Plan Plan)> plans = [];

    public Document Document { get; } = document;

    /// <summary>What the document takes up without plans, roughly.</summary>
    public long Bytes { get; } = BytesAtLeast + ((long)document.Source.Length * BytesPerCharacter);

    /// <summary>Hears of each plan that is kept, with its bytes.</summary>
    public Action<CachedDocument, long>? OnGrowth { get; set; }

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
        Keep(operation, conditions, plan);
        return plan;
    }

    private void Keep(OperationDefinition operation, string conditions, Plan plan)
    {
        lock (gate)
        {
            if (plans.Count >= MaxPlans)
                return;
            plans.Add((operation.Name, conditions, plan));
        }

        OnGrowth?.Invoke(this, (long)plan.Size * BytesPerField);
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
