namespace ModelHub.GraphQL.Types;

/// <summary>Which fields say who may read them.</summary>
internal static class Policies
{
    /// <summary>
    /// Fields that anyone may call though nobody said so: those of the roots and of every type made from a class of the
    /// host. What the engine makes itself (connections, payloads, errors) only carries such types.
    /// </summary>
    public static IEnumerable<string> Missing(Schema schema) =>
        from type in schema.Types.OfType<ObjectDef>()
        where type.ClrType is not null || IsRoot(schema, type)
        from field in type.Fields
        where field.Rules.Count == 0 && !field.IsPublic
        select $"{type.Name}.{field.Name}";

    private static bool IsRoot(Schema schema, ObjectDef type) => type == schema.Query || type == schema.Mutation || type == schema.Subscription;
}
