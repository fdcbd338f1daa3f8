using System.Runtime.CompilerServices;
using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Validation;

/// <summary>Rules about operations as such: their names, their kinds, and the one field of a subscription.</summary>
internal static class Operations
{
    public static void Check(Schema schema, Document document, Fragments fragments, Faults faults)
    {
        var names = new Dictionary<string, OperationDefinition>(StringComparer.Ordinal);
        foreach (var operation in document.Operations)
        {
            if (operation.Name is null && document.Operations.Length > 1)
                faults.Add("An operation without name must be the only one.", operation);
            if (operation.Name is not null && !names.TryAdd(operation.Name, operation))
                faults.Add($"There are two operations named \"{Faults.Shown(operation.Name)}\".", names[operation.Name], operation);
            if (RootOf(schema, operation) is null)
                faults.Add($"The schema has no {operation.Kind.ToString().ToLowerInvariant()} operations.", operation);
            else if (operation.Kind == OperationKind.Subscription)
                SingleField(schema, operation, fragments, faults);
            if (faults.IsFull)
                return;
        }
    }

    public static ObjectDef? RootOf(Schema schema, OperationDefinition operation) => operation.Kind switch
    {
        OperationKind.Query => schema.Query,
        OperationKind.Mutation => schema.Mutation,
        _ => schema.Subscription,
    };

    private static void SingleField(Schema schema, OperationDefinition operation, Fragments fragments, Faults faults)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var visited = new HashSet<string>(StringComparer.Ordinal);
        Collect(operation.Selections);
        if (names.Count > 1)
            faults.Add("A subscription must have one root field only.", operation);

        void Collect(SelectionSet set)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            foreach (var item in set.Items)
            {
                if (Array.Exists(item.Directives, d => d.Name is "skip" or "include"))
                    faults.Add("The root field of a subscription must not be skipped or included.", item);
                if (item is Field field)
                    Root(field);
                else if (item is InlineFragment inline)
                    Collect(inline.Selections);
                else if (item is FragmentSpread spread && visited.Add(spread.Name) && fragments.Find(spread.Name) is { } fragment)
                    Collect(fragment.Selections);
            }
        }

        void Root(Field field)
        {
            names.Add(field.ResponseName);
            if (field.Name.StartsWith("__", StringComparison.Ordinal))
                faults.Add("The root field of a subscription must not be an introspection field.", field);
        }
    }
}
