using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Data;

/// <summary>What a field does with a query before it is read: filter, order, page.</summary>
internal static class QueryShape
{
    /// <summary>The client's filter and order for resolvers that apply them themselves; one object for all calls of the field.</summary>
    public static QueryContext<T> Context<T>(FieldCall call, object?[] args)
    {
        var field = call.Field.Definition;
        return call.Run.Once(call.Field, () => new QueryContext<T>(Where<T>(call, field, args), [.. Order(field, args).Select(k => new SortKey<T>(k.Lambda, k.Descending))]));
    }

    /// <summary>Runs the query a resolver returned.</summary>
    public static async ValueTask<object?> ReadAsync<T>(FieldCall call, object?[] args, object? result)
    {
        if (result is not IQueryable<T> query)
            return result;
        var field = call.Field.Definition;
        if (Where<T>(call, field, args) is { } where)
            query = query.Where(where);
        if (Order(field, args).ToList() is { Count: > 0 } order)
            query = Reorder(query, order);
        var columns = call.Database is { } db ? Narrowing.Of<T>(db, query.Expression, call.Run) : null;
        if (field.IsConnection)
            return await query.ToPageAsync(columns, Paging.Arguments(call, args), call.RequestAborted);
        if (columns is not null)
            query = query.Select(columns);
        return query is IAsyncEnumerable<T> ? await query.ToListAsync(call.RequestAborted) : query.ToList();
    }

    private static IQueryable<T> Reorder<T>(IQueryable<T> query, List<OrderKey> order)
    {
        var (unordered, own) = Ordering.Split(query.Expression);
        return query.Provider.CreateQuery<T>(Ordering.Apply(unordered, [.. order, .. own], reversed: false));
    }

    private static Expression<Func<T, bool>>? Where<T>(FieldCall call, FieldDef field, object?[] args)
    {
        if (field.Filter is not { } filter || args[field.IndexOf("where")] is not InputObject where)
            return null;
        var row = Expression.Parameter(typeof(T), "row");
        return filter.Compile(where, row, call.Run.Options.Limits) is { } body ? Expression.Lambda<Func<T, bool>>(body, row) : null;
    }

    private static IEnumerable<OrderKey> Order(FieldDef field, object?[] args) =>
        field.Sort is { } sort && args[field.IndexOf("order")] is object?[] order ? sort.Keys(order) : [];
}
