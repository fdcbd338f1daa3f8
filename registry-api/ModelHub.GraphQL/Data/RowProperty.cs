using System.Linq.Expressions;
using System.Reflection;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Data;

/// <summary>A property that may be filtered or sorted by, reached from the row by a path.</summary>
/// <param name="Inner">For a list of objects: the properties of its items.</param>
internal sealed record RowProperty(string Name, IReadOnlyList<PropertyInfo> Path, Shape Shape, string[] Inner)
{
    /// <param name="row">The row type.</param>
    /// <param name="named">A path such as <c>Version.Model.Name</c>, one with a name of its own: <c>model: Version.Model.Name</c>, or a list of objects with properties of its items: <c>Tags[Key, Value]</c>.</param>
    public static RowProperty Of(Type row, string named)
    {
        var (name, rest) = named.Split(':', 2, StringSplitOptions.TrimEntries) is [var given, var after] ? (given, after) : (null, named);
        var (path, inner) = rest.Split('[', 2) is [var list, var items] ? (list, items.TrimEnd(']').Split(',', StringSplitOptions.TrimEntries)) : (rest, []);
        var type = row;
        var all = new List<PropertyInfo>();
        foreach (var part in path.Split('.'))
        {
            var property = type.GetProperty(part) ?? throw new SchemaException($"{type.Name} has no property {part} to filter or sort by.");
            all.Add(property);
            type = property.PropertyType;
        }

        var shape = Shape.Of(all[^1]);
        if (inner.Length > 0 && shape.Item is null)
            throw new SchemaException($"{row.Name}.{path} is no list whose items could be filtered.");
        return new RowProperty(name ?? Naming.Camel(string.Concat(path.Split('.').Select(Naming.Pascal))), all, shape, inner);
    }

    public Expression From(Expression row) => Path.Aggregate(row, Expression.Property);
}
