using System.Linq.Expressions;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Data;

/// <summary>Which comes first.</summary>
internal enum SortDirection
{
    /// <summary>The least first.</summary>
    Asc,

    /// <summary>The greatest first.</summary>
    Desc,
}

/// <summary>The order of a row type: its input type, and its meaning as keys.</summary>
internal sealed class SortDef
{
    private readonly Dictionary<string, RowProperty> properties = [];

    private SortDef(Type row, InputDef input) => (Row, Input) = (row, input);

    public Type Row { get; }

    public InputDef Input { get; }

    public static SortDef Build(TypeRegistry types, Type row, string name, IEnumerable<string> paths)
    {
        var sort = new SortDef(row, new InputDef(name, null) { Description = $"An order of {Naming.Type(row)}; give one field per object." });
        foreach (var property in paths.Select(p => RowProperty.Of(row, p)))
        {
            sort.properties.Add(property.Name, property);
            sort.Input.Add(new InputValueDef(property.Name, types.Input(new Shape(typeof(SortDirection), true, null))) { Description = types.Docs.Of(property.Path[^1]) });
        }

        return sort;
    }

    public IEnumerable<OrderKey> Keys(object?[] order)
    {
        foreach (var item in order.Cast<InputObject>())
        {
            for (var i = 0; i < item.Values.Length; i++)
            {
                if (item.Values[i] is SortDirection direction)
                    yield return new OrderKey(Lambda(properties[item.Type.Fields[i].Name]), direction == SortDirection.Desc);
            }
        }
    }

    private LambdaExpression Lambda(RowProperty property)
    {
        var row = Expression.Parameter(Row, "row");
        return Expression.Lambda(property.From(row), row);
    }
}
