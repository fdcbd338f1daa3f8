namespace ModelHub.GraphQL.Types;

internal static class Subtypes
{
    /// <summary>A value of the type is always one of the other.</summary>
    public static bool Is(GraphType type, GraphType of) => (type, of) switch
    {
        (NonNullDef a, NonNullDef b) => Is(a.Of, b.Of),
        (NonNullDef a, _) => Is(a.Of, of),
        (_, NonNullDef) => false,
        (ListDef a, ListDef b) => Is(a.Of, b.Of),
        (ListDef, _) or (_, ListDef) => false,
        _ => type == of || (of is InterfaceDef face && type is FieldsDef f && f.Interfaces.Contains(face)) || (of is UnionDef union && type is ObjectDef o && union.Members.Contains(o)),
    };
}
