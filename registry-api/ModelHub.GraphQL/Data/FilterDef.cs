using System.Linq.Expressions;
using System.Reflection;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Data;

/// <summary>A property that may be filtered or sorted by, reached from the row by a path.</summary>
internal sealed record RowProperty(string Name, IReadOnlyList<PropertyInfo> Path, Shape Shape)
{
    /// <param name="row">The row type.</param>
    /// <param name="named">A path such as <c>Version.Model.Name</c>, or one with a name of its own: <c>model: Version.Model.Name</c>.</param>
    public static RowProperty Of(Type row, string named)
    {
        var (name, path) = named.Split(':', 2, StringSplitOptions.TrimEntries) is [var given, var rest] ? (given, rest) : (null, named);
        var type = row;
        var all = new List<PropertyInfo>();
        foreach (var part in path.Split('.'))
        {
            var property = type.GetProperty(part) ?? throw new SchemaException($"{type.Name} has no property {part} to filter or sort by.");
            all.Add(property);
            type = property.PropertyType;
        }

        return new RowProperty(name ?? Naming.Camel(string.Concat(path.Split('.').Select(Naming.Pascal))), all, Shape.Of(all[^1]));
    }

    public Expression From(Expression row) => Path.Aggregate(row, Expression.Property);
}

/// <summary>The filter of a row type: its input type, and its meaning as an expression.</summary>
internal sealed class FilterDef
{
    private static readonly MethodInfo Contains = typeof(Enumerable).GetMethods().Single(m => m.Name == nameof(Enumerable.Contains) && m.GetParameters().Length == 2);

    private readonly Dictionary<string, (RowProperty Property, Func<object?, object?> Bind)> properties = [];

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
            var element = property.Shape.Item ?? property.Shape;
            var value = new InputValueDef(property.Name, types.Input(element with { IsNullable = true })) { Bind = types.Binder.For(element with { IsNullable = true }) };
            filter.properties.Add(property.Name, (property, value.Bound));
            filter.Input.Add(new InputValueDef(property.Name, Operations(types, property.Shape)));
        }

        return filter;
    }

    /// <exception cref="GraphQLException">The filter is larger than the limits.</exception>
    public Expression? Compile(InputObject where, Expression row, GraphQLLimits limits)
    {
        var nodes = 0;
        return All(where, row, limits, ref nodes, 1);
    }

    private static InputDef Operations(TypeRegistry types, Shape shape)
    {
        var leaf = types.Input(shape.Item ?? shape).Named;
        var name = shape.Item is null ? $"{leaf.Name}FilterInput" : $"{leaf.Name}ListFilterInput";
        return types.Input(name, input =>
        {
            foreach (var operation in shape.Item is null ? OperationsOf(leaf) : ["contains"])
                input.Add(new InputValueDef(operation, operation is "in" or "nin" ? new ListDef(leaf) : leaf));
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
            if (++nodes > limits.MaxFilterNodes)
                throw new GraphQLException($"The filter has too many conditions: the limit is {limits.MaxFilterNodes}.", "FILTER_TOO_LARGE");
            var condition = where.Type.Fields[i].Name switch
            {
                "and" => Nested((object?[])value, row, limits, ref nodes, depth, Expression.AndAlso, empty: true),
                "or" => Nested((object?[])value, row, limits, ref nodes, depth, Expression.OrElse, empty: false),
                var name => Property(name, (InputObject)value, row, limits, ref nodes),
            };
            all = And(all, condition);
        }

        return all;
    }

    private Expression Nested(object?[] items, Expression row, GraphQLLimits limits, ref int nodes, int depth, Func<Expression, Expression, Expression> join, bool empty)
    {
        Expression? joined = null;
        foreach (var item in items)
        {
            if (++nodes > limits.MaxFilterNodes)
                throw new GraphQLException($"The filter has too many conditions: the limit is {limits.MaxFilterNodes}.", "FILTER_TOO_LARGE");
            var condition = All((InputObject)item!, row, limits, ref nodes, depth + 1) ?? Expression.Constant(true);
            joined = joined is null ? condition : join(joined, condition);
        }

        return joined ?? Expression.Constant(empty);
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
            if (++nodes > limits.MaxFilterNodes)
                throw new GraphQLException($"The filter has too many conditions: the limit is {limits.MaxFilterNodes}.", "FILTER_TOO_LARGE");
            all = And(all, Operation(operations.Type.Fields[i].Name, property.From(row), value, bind));
        }

        return all;
    }

    private static Expression Operation(string name, Expression property, object? value, Func<object?, object?> bind)
    {
        if (name is "in" or "nin")
            return value is null ? Expression.Constant(true) : In(property, (object?[])value, bind, negate: name == "nin");
        if (name is "eq" or "neq")
            return Equal(property, bind(value), negate: name == "neq");
        if (value is null)
            return Expression.Constant(true);
        var bound = bind(value);
        return name switch
        {
            "contains" when property.Type != typeof(string) => Expression.Call(Contains.MakeGenericMethod(bound!.GetType()), property, Compare.Parameter(bound, bound.GetType())),
            "contains" => Text(property, nameof(string.Contains), bound!),
            "startsWith" => Text(property, nameof(string.StartsWith), bound!),
            "endsWith" => Text(property, nameof(string.EndsWith), bound!),
            "gt" => Compare.Make(ExpressionType.GreaterThan, property, Compare.Parameter(bound, property.Type)),
            "gte" => Compare.Make(ExpressionType.GreaterThanOrEqual, property, Compare.Parameter(bound, property.Type)),
            "lt" => Compare.Make(ExpressionType.LessThan, property, Compare.Parameter(bound, property.Type)),
            "lte" => Compare.Make(ExpressionType.LessThanOrEqual, property, Compare.Parameter(bound, property.Type)),
            _ => throw new InvalidOperationException(name),
        };
    }

    private static MethodCallExpression Text(Expression property, string method, object value) =>
        Expression.Call(property, typeof(string).GetMethod(method, [typeof(string)])!, Compare.Parameter(value, typeof(string)));

    private static Expression Equal(Expression property, object? value, bool negate)
    {
        var kind = negate ? ExpressionType.NotEqual : ExpressionType.Equal;
        if (value is not null)
            return Expression.MakeBinary(kind, property, Compare.Parameter(value, property.Type));
        var never = property.Type.IsValueType && Nullable.GetUnderlyingType(property.Type) is null;
        return never ? Expression.Constant(negate) : Expression.MakeBinary(kind, property, Expression.Constant(null, property.Type));
    }

    private static Expression In(Expression property, object?[] values, Func<object?, object?> bind, bool negate)
    {
        var list = Array.CreateInstance(property.Type, values.Count(v => v is not null));
        var i = 0;
        foreach (var value in values.Where(v => v is not null))
            list.SetValue(bind(value), i++);
        Expression contains = Expression.Call(Contains.MakeGenericMethod(property.Type), Compare.Parameter(list, typeof(IEnumerable<>).MakeGenericType(property.Type)), property);
        if (values.Contains(null) && (!property.Type.IsValueType || Nullable.GetUnderlyingType(property.Type) is not null))
            contains = Expression.OrElse(contains, Expression.Equal(property, Expression.Constant(null, property.Type)));
        return negate ? Expression.Not(contains) : contains;
    }

    private static Expression? And(Expression? a, Expression? b) => a is null || b is null ? a ?? b : Expression.AndAlso(a, b);
}
