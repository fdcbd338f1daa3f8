using System.Linq.Expressions;

namespace ModelHub.GraphQL.Data;

/// <summary>One key of an order with its direction.</summary>
internal sealed record OrderKey(LambdaExpression Lambda, bool Descending);

/// <summary>Takes the order off a query and puts another on.</summary>
internal static class Ordering
{
    /// <summary>The query without its order, and the order.</summary>
    public static (Expression Unordered, IReadOnlyList<OrderKey> Keys) Split(Expression query)
    {
        var keys = new List<OrderKey>();
        var unordered = Strip(query, keys, done: false);
        keys.Reverse();
        return (unordered, keys);
    }

    public static Expression Apply(Expression query, IReadOnlyList<OrderKey> keys, bool reversed)
    {
        for (var i = 0; i < keys.Count; i++)
        {
            var key = keys[i];
            var name = (i == 0, key.Descending != reversed) switch
            {
                (true, false) => nameof(Queryable.OrderBy),
                (true, true) => nameof(Queryable.OrderByDescending),
                (false, false) => nameof(Queryable.ThenBy),
                (false, true) => nameof(Queryable.ThenByDescending),
            };
            query = QueryMethods.Call(typeof(Queryable), name, key.Lambda.Parameters[0].Type, key.Lambda.ReturnType, [query, Expression.Quote(key.Lambda)]);
        }

        return query;
    }

    // Only the outermost OrderBy counts; what lies below it was overridden.
    private static Expression Strip(Expression expression, List<OrderKey> keys, bool done)
    {
        if (expression is not MethodCallExpression { Object: null, Arguments: [var source, ..] } call || !typeof(IQueryable).IsAssignableFrom(source.Type))
            return expression;
        if (Direction(call) is not { } order)
        {
            if (call.Method.Name is nameof(Queryable.Select) or nameof(Queryable.SelectMany) or nameof(Queryable.Skip) or nameof(Queryable.Take))
                return expression;
            var inner = Strip(source, keys, done);
            return inner == source ? call : Rebuild(call, inner);
        }

        if (!done)
            keys.Add(new OrderKey((LambdaExpression)((UnaryExpression)call.Arguments[1]).Operand, order.Descending));
        return Strip(source, keys, done || order.First);
    }

    private static MethodCallExpression Rebuild(MethodCallExpression call, Expression source) =>
        call.Update(null, [source, .. call.Arguments.Skip(1)]);

    private static (bool First, bool Descending)? Direction(MethodCallExpression call) => call.Method.DeclaringType != typeof(Queryable) ? null : call.Method.Name switch
    {
        nameof(Queryable.OrderBy) => (true, false),
        nameof(Queryable.OrderByDescending) => (true, true),
        nameof(Queryable.ThenBy) => (false, false),
        nameof(Queryable.ThenByDescending) => (false, true),
        _ => null,
    };
}
