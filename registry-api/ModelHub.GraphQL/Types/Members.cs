using System.Reflection;

namespace ModelHub.GraphQL.Types;

/// <summary>Members of CLR types in a stable order.</summary>
internal static class Members
{
    public static IEnumerable<PropertyInfo> Properties(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(p => p.GetIndexParameters().Length == 0 && !p.IsDefined(typeof(GraphQLIgnoreAttribute)))
        .GroupBy(p => p.Name).Select(g => g.OrderByDescending(p => Depth(p.DeclaringType!)).First())
        .OrderBy(p => Depth(p.DeclaringType!)).ThenBy(p => p.MetadataToken);

    public static IEnumerable<MethodInfo> Methods(Type type) => type
        .GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Where(m => !m.IsSpecialName && !m.IsGenericMethod && !m.IsDefined(typeof(GraphQLIgnoreAttribute)) && !m.Name.Contains('<', StringComparison.Ordinal))
        .OrderBy(m => m.MetadataToken);

    private static int Depth(Type type) => type.BaseType is { } parent ? Depth(parent) + 1 : 0;
}
