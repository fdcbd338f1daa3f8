using System.Linq.Expressions;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Data;

/// <summary>The filter of a row type: its input type, and its meaning as an expression.</summary>
internal sealed class FilterDef
{
    private readonly Dictionary<string, (RowProperty Property, Func<object?, object?> Bind)> properties = [];
    private readonly Dictionary<string, (RowProperty Property, FilterDef Items)> lists = [];

    private FilterDef(Type row, InputDef input) => (Row, Input) = (row, input);

    public Type Row { get; }

    public InputDef Input { get; }

    public static FilterDef Build(TypeRegistry types, Type row, string name, IEnumerable<string> paths)
    {
        var filter = new FilterDef(row, new InputDef(name, null) { Description = $"Conditions on {Naming.Type(row)}; all that are given must hold." });
        filter.Input.Add(new InputValueDef("and", new ListDef(new NonNullDef(filter.Input))) { Description = "All of these." });
        filter.Input.Add(new InputValueDef("or", new ListDef(new NonNullDef(filter.Input))) { Description = "At least one of these." });
        foreach (var property in paths.Select(p => RowProperty.Of(row, p)))
        {
            if (property.Inner.Length > 0)
            {
                filter.AddList(types, property);
                continue;
            }

            var element = property.Shape.Item ?? property.Shape;
            var value = new InputValueDef(property.Name, types.Input(element with { IsNullable = true })) { Bind = types.Binder.For(element with { IsNullable = true }) };
            filter.properties.Add(property.Name, (property, value.Bound));
            filter.Input.Add(new InputValueDef(property.Name, Operations(types, property.Shape)) { Description = types.Docs.Of(property.Path[^1]) });
        }

        return filter;
    }

    /// <exception cref="GraphQLException">The filter is larger than the limits.</exception>
    public Expression? Compile(InputObject where, Expression row, GraphQLLimits limits)
    {
        var nodes = 0;
        return All(where, row, limits, ref nodes, 1);
    }

    private void AddList(TypeRegistry types, RowProperty property)
    {
        var item = property.Shape.Item!.Type;
        var items = types.Rows.Filter(item, $"{types.NameOf(item)}FilterInput", property.Inner);
        lists.Add(property.Name, (property, items));
        Input.Add(new InputValueDef(property.Name, types.Input($"{types.NameOf(item)}ListFilterInput", input =>
        {
            input.Add(new InputValueDef("some", items.Input) { Description = "At least one item is so." });
            input.Add(new InputValueDef("none", items.Input) { Description = "No item is so." });
            input.Description = $"Conditions on a list of {Naming.Type(item)}.";
        }))
        { Description = types.Docs.Of(property.Path[^1]) });
    }

    private static InputDef Operations(TypeRegistry types, Shape shape)
    {
        var leaf = types.Input(shape.Item ?? shape).Named;
        var name = shape.Item is null ? $"{leaf.Name}FilterInput" : $"{leaf.Name}ListFilterInput";
        return types.Input(name, input =>
        {
            input.Description = shape.Item is null ? $"Conditions on a {leaf.Name}; all that are given must hold." : $"Conditions on a list of {leaf.Name}.";
            foreach (var operation in shape.Item is null ? OperationsOf(leaf) : ["contains"])
                input.Add(new InputValueDef(operation, operation is "in" or "nin" ? new ListDef(leaf) : leaf) { Description = FilterOperations.Meaning(operation) });
        });
    }

    private static string[] OperationsOf(NamedDef leaf) => leaf.Name switch
    {
        "Boolean" => ["eq", "neq"],
        "String" => ["eq", "neq", "in", "nin", "contains", "startsWith", "endsWith"],
        "Int" or "Long" or "Float" or "Decimal" or "DateTime" or "Date" or "Duration" => ["eq", "neq", "in", "nin", "gt", "gte", "lt", "lte"],
        _ => ["eq", "neq", "in", "nin"],
    };

    private Expression? All(InputObject where, Expression row, GraphQLLimits limits, ref int nodes, int depth)
    {
        if (depth > limits.MaxFilterDepth)
            throw new GraphQLException($"The filter is too deep: the limit is {limits.MaxFilterDepth}.", "FILTER_TOO_LARGE");
        Expression? all = null;
        for (var i = 0; i < where.Values.Length; i++)
        {
            if (where.Values[i] is not { } value || value == InputObject.Absent)
                continue;
            Count(limits, ref nodes);
            var condition = where.Type.Fields[i].Name switch
            {
                "and" => Nested((object?[])value, row, limits, ref nodes, depth, Expression.AndAlso, empty: true),
                "or" => Nested((object?[])value, row, limits, ref nodes, depth, Expression.OrElse, empty: false),
                var name when lists.TryGetValue(name, out var list) => Items(list.Property, list.Items, (InputObject)value, row, limits, ref nodes, depth),
                var name => Property(name, (InputObject)value, row, limits, ref nodes),
            };
            all = FilterOperations.And(all, condition);
        }

        return all;
    }

    private Expression Nested(object?[] items, Expression row, GraphQLLimits limits, ref int nodes, int depth, Func<Expression, Expression, Expression> join, bool empty)
    {
        Expression? joined = null;
        foreach (var item in items)
        {
            Count(limits, ref nodes);
            var condition = All((InputObject)item!, row, limits, ref nodes, depth + 1) ?? Expression.Constant(true);
            joined = joined is null ? condition : join(joined, condition);
        }

        return joined ?? Expression.Constant(empty);
    }

    private static Expression? Items(RowProperty property, FilterDef items, InputObject quantifiers, Expression row, GraphQLLimits limits, ref int nodes, int depth)
    {
        Expression? all = null;
        for (var i = 0; i < quantifiers.Values.Length; i++)
        {
            if (quantifiers.Values[i] is not InputObject where)
                continue;
            Count(limits, ref nodes);
            var item = Expression.Parameter(items.Row, "item");
            var condition = items.All(where, item, limits, ref nodes, depth + 1) ?? Expression.Constant(true);
            Expression any = QueryMethods.Call(typeof(Enumerable), nameof(Enumerable.Any), items.Row, property.From(row), Expression.Lambda(condition, item));
            all = FilterOperations.And(all, quantifiers.Type.Fields[i].Name == "none" ? Expression.Not(any) : any);
        }

        return all;
    }

    private static void Count(GraphQLLimits limits, ref int nodes)
    {
        if (++nodes > limits.MaxFilterNodes)
            throw new GraphQLException($"The filter has too many conditions: the limit is {limits.MaxFilterNodes}.", "FILTER_TOO_LARGE");
    }

    private Expression? Property(string name, InputObject operations, Expression row, GraphQLLimits limits, ref int nodes)
    {
        var (property, bind) = properties[name];
        Expression? all = null;
        for (var i = 0; i < operations.Values.Length; i++)
        {
            var value = operations.Values[i];
            if (value == InputObject.Absent)
                continue;
            Count(limits, ref nodes);
            all = FilterOperations.And(all, FilterOperations.Of(operations.Type.Fields[i].Name, property.From(row), value, bind));
        }

        return all;
    }
}
