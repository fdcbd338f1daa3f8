using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;

namespace ModelHub.GraphQL.Data;

/// <summary>What one operation of a filter means, as an expression over a property.</summary>
internal static class FilterOperations
{
    private static readonly Dictionary<string, MethodInfo> Texts =
        new[] { nameof(string.Contains), nameof(string.StartsWith), nameof(string.EndsWith) }.ToDictionary(name => name, name => typeof(string).GetMethod(name, [typeof(string)])!);

    public static string Meaning(string name) => name switch
    {
        "eq" => "It is this.",
        "neq" => "It is not this.",
        "in" => "It is one of these.",
        "nin" => "It is none of these.",
        "contains" => "It contains this.",
        "startsWith" => "It begins with this.",
        "endsWith" => "It ends with this.",
        "gt" => "It is greater.",
        "gte" => "It is greater or the same.",
        "lt" => "It is less.",
        "lte" => "It is less or the same.",
        _ => throw new InvalidOperationException(name),
    };

    public static Expression Of(string name, Expression property, object? value, Func<object?, object?> bind)
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
            "contains" when property.Type != typeof(string) => QueryMethods.Call(typeof(Enumerable), nameof(Enumerable.Contains), bound!.GetType(), property, Compare.Parameter(bound, bound.GetType())),
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
        Expression.Call(property, Texts[method], Compare.Parameter(value, typeof(string)));

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
        var list = Lists.GetOrAdd(property.Type, static type => (IListOfValues)Activator.CreateInstance(typeof(ListOfValues<>).MakeGenericType(type))!);
        Expression contains = QueryMethods.Call(typeof(Enumerable), nameof(Enumerable.Contains), property.Type, list.Parameter(values, bind), property);
        if (values.Contains(null) && (!property.Type.IsValueType || Nullable.GetUnderlyingType(property.Type) is not null))
            contains = Expression.OrElse(contains, Expression.Equal(property, Expression.Constant(null, property.Type)));
        return negate ? Expression.Not(contains) : contains;
    }

    private static readonly ConcurrentDictionary<Type, IListOfValues> Lists = new();

    private interface IListOfValues
    {
        Expression Parameter(object?[] values, Func<object?, object?> bind);
    }

    private sealed class ListOfValues<T> : IListOfValues
    {
        public Expression Parameter(object?[] values, Func<object?, object?> bind) =>
            Compare.Parameter(values.Where(value => value is not null).Select(value => (T)bind(value)!).ToArray(), typeof(IEnumerable<T>));
    }

    /// <summary>Both, where both are given.</summary>
    public static Expression? And(Expression? a, Expression? b) => a is null || b is null ? a ?? b : Expression.AndAlso(a, b);
}
