using System.Linq.Expressions;
using ModelHub.GraphQL.Data;

namespace ModelHub.GraphQL;

/// <summary>
/// The client's <c>where</c> and <c>order</c> as expressions, for resolvers that build their query themselves
/// (<c>[UseFiltering]</c>, <c>[UseSorting]</c> and a parameter of this type).
/// </summary>
public sealed record QueryContext<T>(Expression<Func<T, bool>>? Where, IReadOnlyList<SortKey<T>> Order);

/// <summary>One key of an order.</summary>
public sealed record SortKey<T>(LambdaExpression Key, bool Descending);

public static class QueryContextExtensions
{
    /// <summary>Filters and orders; the resolver appends its unique last key with <c>ThenBy</c>.</summary>
    /// <param name="query">The rows.</param>
    /// <param name="context">What the client asked for.</param>
    /// <param name="defaultOrder">The order when the client gives none.</param>
    public static IOrderedQueryable<T> With<T>(this IQueryable<T> query, QueryContext<T> context, Func<IQueryable<T>, IOrderedQueryable<T>> defaultOrder)
    {
        if (context.Where is not null)
            query = query.Where(context.Where);
        IOrderedQueryable<T>? ordered = null;
        foreach (var key in context.Order)
            ordered = Append(ordered ?? query, key, first: ordered is null);
        return ordered ?? defaultOrder(query);
    }

    /// <summary>Filters only.</summary>
    public static IQueryable<T> With<T>(this IQueryable<T> query, QueryContext<T> context) =>
        context.Where is null ? query : query.Where(context.Where);

    private static IOrderedQueryable<T> Append<T>(IQueryable<T> query, SortKey<T> key, bool first)
    {
        var name = (first, key.Descending) switch
        {
            (true, false) => nameof(Queryable.OrderBy),
            (true, true) => nameof(Queryable.OrderByDescending),
            (false, false) => nameof(Queryable.ThenBy),
            (false, true) => nameof(Queryable.ThenByDescending),
        };
        var call = QueryMethods.Call(typeof(Queryable), name, typeof(T), key.Key.ReturnType, [query.Expression, Expression.Quote(key.Key)]);
        return (IOrderedQueryable<T>)query.Provider.CreateQuery<T>(call);
    }
}
