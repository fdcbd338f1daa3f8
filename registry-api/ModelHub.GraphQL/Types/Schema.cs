using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace ModelHub.GraphQL.Types;

/// <summary>All types, complete and checked; never changes after the start.</summary>
internal sealed class Schema
{
    private readonly ConcurrentDictionary<Type, ObjectDef?> byClrType = new();

    public required ObjectDef Query { get; init; }

    public ObjectDef? Mutation { get; init; }

    public ObjectDef? Subscription { get; init; }

    public string? Description { get; init; }

    /// <summary>Sorted by name, introspection types last.</summary>
    public required IReadOnlyList<NamedDef> Types { get; init; }

    public required FrozenDictionary<string, NamedDef> ByName { get; init; }

    public required IReadOnlyList<DirectiveDef> Directives { get; init; }

    public required FieldDef TypenameField { get; init; }

    public required FieldDef SchemaField { get; init; }

    public required FieldDef TypeField { get; init; }

    public DirectiveDef? Directive(string name) => Directives.FirstOrDefault(d => d.Name == name);

    /// <summary>The field of a selection, meta fields included.</summary>
    public FieldDef? FieldOf(CompositeDef parent, string name)
    {
        if (!name.StartsWith("__", StringComparison.Ordinal))
            return parent.Field(name);
        return name switch
        {
            "__typename" => TypenameField,
            "__schema" when parent == Query => SchemaField,
            "__type" when parent == Query => TypeField,
            _ => null,
        };
    }

    /// <summary>The object type of a value whose static type is abstract.</summary>
    public ObjectDef? ObjectOf(object value, CompositeDef among)
    {
        if (among is ObjectDef only)
            return only;
        if (value is Conventions.ErrorValue error)
            return error.Type;
        var found = ObjectOf(value.GetType());
        return found is not null && among.PossibleTypes.Contains(found) ? found : null;
    }

    /// <summary>The object type made of a CLR type; null when there is none.</summary>
    public ObjectDef? ObjectOf(Type clr) => byClrType.GetOrAdd(clr, FindByClrType);

    private ObjectDef? FindByClrType(Type type)
    {
        var objects = Types.OfType<ObjectDef>().Where(o => o.ClrType is not null).ToList();
        for (var t = type; t is not null && t != typeof(object); t = t.BaseType)
        {
            if (objects.Find(o => o.ClrType == t) is { } found)
                return found;
        }

        return null;
    }

    public static bool Overlap(CompositeDef a, CompositeDef b) => a == b || a.PossibleTypes.Any(b.PossibleTypes.Contains);
}
