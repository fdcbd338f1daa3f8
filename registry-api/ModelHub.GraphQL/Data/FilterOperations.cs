using System.Linq.Expressions;
using System.Reflection;

namespace ModelHub.GraphQL.Data;

/// <summary>What one operation of a filter means, as an expression over a property.</summary>
internal static class FilterOperations
{
    private static readonly MethodInfo Contains = typeof(Enumerable).GetMethods().Single(m => m.Name == nameof(Enumerable.Contains) && m.GetParameters().Length == 2);

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

    /// <summary>Both, where both are given.</summary>
    public static Expression? And(Expression? a, Expression? b) => a is null || b is null ? a ?? b : Expression.AndAlso(a, b);
}
