using ModelHub.GraphQL.Types;

namespace ModelHub.Tests.Api.Graph;

/// <summary>A way from a list of the query type down to the objects of a type, and how to ask for it.</summary>
internal sealed record SchemaPath(IReadOnlyList<FieldDef> Fields)
{
    private const int Page = 3;

    public ObjectDef End => TypeOf(Fields[^1])!;

    /// <summary>Fields on the way that have to be waited for.</summary>
    public int Waits => Fields.Count(step => step.Async is not null);

    /// <summary>A document that selects at the end of the way.</summary>
    public string Selecting(string selection) => "{ " + Fields.Reverse().Aggregate(selection, (below, field) => Selected(field, below)) + " }";

    public static string Selected(FieldDef field, string below)
    {
        var given = string.Join(", ", Arguments(field));
        return $"{field.Name}{(given.Length > 0 ? $"({given})" : "")} {{ {(field.IsConnection ? $"nodes {{ {below} }}" : below)} }}";
    }

    /// <summary>Some selection below a field; nothing for leaves.</summary>
    public static string Anything(FieldDef field) => field.Type.Named is CompositeDef ? Selected(field, "__typename") : field.Name;

    /// <summary>The shortest way to each object type that can be reached, through pages rather than single objects.</summary>
    public static IReadOnlyCollection<SchemaPath> Of(Schema schema)
    {
        var found = new Dictionary<ObjectDef, SchemaPath>();
        var order = 0;
        var roots = schema.Query.Fields.Where(field => field.IsConnection || (field.Type.Nullable is ListDef && !field.Args.Exists(arg => arg.IsRequired)));
        var queue = new PriorityQueue<SchemaPath, (int Length, int Single, int Order)>();
        void Enqueue(SchemaPath path) => queue.Enqueue(path, (path.Fields.Count, path.Fields.Count(step => !step.IsConnection), order++));
        foreach (var field in roots.Where(field => TypeOf(field) is not null))
            Enqueue(new SchemaPath([field]));
        while (queue.TryDequeue(out var path, out _))
        {
            if (!found.TryAdd(path.End, path))
                continue;
            foreach (var field in path.End.Fields.Where(field => TypeOf(field) is not null))
                Enqueue(new SchemaPath([.. path.Fields, field]));
        }

        return found.Values;
    }

    private static IEnumerable<string> Arguments(FieldDef field)
    {
        if (field.IsConnection)
            yield return $"first: {Page}";
        foreach (var required in field.Args.Where(arg => arg.IsRequired))
            yield return $"{required.Name}: 1";
    }

    private static ObjectDef? TypeOf(FieldDef field) =>
        field.IsConnection ? (ObjectDef)((ObjectDef)field.Type.Named).Field("nodes")!.Type.Named : field.Type.Named as ObjectDef;
}
