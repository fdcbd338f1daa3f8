using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using ModelHub.GraphQL.Data;

namespace ModelHub.GraphQL;

/// <summary>Pages of ordered queries by the keys of their rows, at the same cost however deep the page lies.</summary>
public static class Keyset
{
    /// <summary>
    /// The page the arguments ask for. The query is ordered by OrderBy/ThenBy, the last key unique; a Select may follow.
    /// Nulls count as the greatest values, as in PostgreSQL.
    /// </summary>
    /// <exception cref="GraphQLException">A cursor is not one of this order.</exception>
    public static Task<Page<T>> ToPageAsync<T>(this IQueryable<T> query, PagingArguments paging, CancellationToken ct = default) =>
        query.ToPageAsync(columns: null, paging, ct);

    /// <param name="query">The rows, or what a Select shows of them.</param>
    /// <param name="columns">What of each row is read; null for all of it.</param>
    /// <param name="paging">Which page.</param>
    /// <param name="ct">Ends the commands.</param>
    internal static Task<Page<T>> ToPageAsync<T>(this IQueryable<T> query, Expression<Func<T, T>>? columns, PagingArguments paging, CancellationToken ct)
    {
        if (query.Expression is not MethodCallExpression { Method.Name: nameof(Queryable.Select) } select || select.Method.DeclaringType != typeof(Queryable))
            return ReadAsync<T, T>(query.Provider, query.Expression, columns ?? Itself<T>.Selector, paging, ct);
        var selector = (LambdaExpression)((UnaryExpression)select.Arguments[1]).Operand;
        return Reader<T>.Of(selector.Parameters[0].Type)(query.Provider, select.Arguments[0], selector, paging, ct);
    }

    private static async Task<Page<T>> ReadAsync<TRow, T>(IQueryProvider provider, Expression query, LambdaExpression selector, PagingArguments paging, CancellationToken ct)
    {
        var (unordered, keys) = Ordering.Split(query);
        if (keys.Count == 0)
            throw new InvalidOperationException("A query must be ordered to be paged.");
        var hash = Cursor.Hash(keys);
        var rows = await RowsAsync<TRow, T>(provider, unordered, keys, hash, selector, paging, ct);
        int? total = !paging.IncludeTotalCount ? null : IsAll(rows.Count, paging) ? rows.Count : await CountAsync(provider.CreateQuery<TRow>(unordered), ct);
        return Page(rows, hash, paging, total);
    }

    /// <summary>The page of the rows that were read, of which there may be one more than it holds.</summary>
    internal static Page<T> Page<T>(List<Keyed<T>> rows, string hash, PagingArguments paging, int? total)
    {
        var more = rows.Count > paging.Size;
        if (more)
            rows.RemoveAt(paging.Size);
        if (paging.Backwards)
            rows.Reverse();
        return new Page<T>(
            [.. rows.Select(r => r.Item)],
            [.. rows.Select(r => Cursor.Encode(hash, r.Keys))],
            HasNextPage: paging.Backwards ? paging.Before is not null : more,
            HasPreviousPage: paging.Backwards ? more : paging.After is not null,
            total);
    }

    /// <summary>Whether so many rows, of which there may be one more than the page holds, are all there are: then nothing needs to count them.</summary>
    internal static bool IsAll(int rows, PagingArguments paging) => paging is { After: null, Before: null } && rows <= paging.Size;

    /// <summary>The rows between the cursors.</summary>
    internal static Expression Between<TRow>(Expression query, IReadOnlyList<OrderKey> keys, string hash, PagingArguments paging)
    {
        if (paging.After is { } after)
            query = Where<TRow>(query, keys, Cursor.Decode(after, hash, keys), forwards: true);
        if (paging.Before is { } before)
            query = Where<TRow>(query, keys, Cursor.Decode(before, hash, keys), forwards: false);
        return query;
    }

    /// <summary>The values of the keys as objects, for the cursor of a row.</summary>
    internal static NewArrayExpression Values(IReadOnlyList<OrderKey> keys, Expression row) =>
        Expression.NewArrayInit(typeof(object), keys.Select(k => (Expression)Expression.Convert(Replace.Parameter(k.Lambda, row), typeof(object))));

    private static async Task<List<Keyed<T>>> RowsAsync<TRow, T>(IQueryProvider provider, Expression unordered, IReadOnlyList<OrderKey> keys, string hash, LambdaExpression selector, PagingArguments paging, CancellationToken ct)
    {
        var query = Ordering.Apply(Between<TRow>(unordered, keys, hash, paging), keys, reversed: paging.Backwards);
        var page = provider.CreateQuery<TRow>(query).Take(paging.Size + 1).Select(Projection<TRow, T>(keys, selector));
        return page is IAsyncEnumerable<Keyed<T>> ? await page.ToListAsync(ct) : [.. page];
    }

    private static MethodCallExpression Where<TRow>(Expression query, IReadOnlyList<OrderKey> keys, object?[] values, bool forwards)
    {
        var row = Expression.Parameter(typeof(TRow), "row");
        var predicate = Expression.Lambda<Func<TRow, bool>>(Beyond(row, keys, values, forwards), row);
        return QueryMethods.Call(typeof(Queryable), nameof(Queryable.Where), typeof(TRow), query, Expression.Quote(predicate));
    }

    /// <summary>a beyond x, or a = x and b beyond y, or …; and a at or beyond x, where an index can begin: no index serves an "or".</summary>
    private static Expression Beyond(ParameterExpression row, IReadOnlyList<OrderKey> keys, object?[] values, bool forwards)
    {
        var beyond = AnyBeyond(row, keys, values, forwards);
        if (keys.Count == 1 || values[0] is null)
            return beyond;
        var first = Replace.Parameter(keys[0].Lambda, row);
        var greater = forwards != keys[0].Descending;
        var from = Compare.Make(greater ? ExpressionType.GreaterThanOrEqual : ExpressionType.LessThanOrEqual, first, Compare.Parameter(values[0], first.Type));
        return Expression.AndAlso(greater && IsNullable(first) ? Or(from, IsNull(first)) : from, beyond);
    }

    private static Expression AnyBeyond(ParameterExpression row, IReadOnlyList<OrderKey> keys, object?[] values, bool forwards)
    {
        Expression any = Expression.Constant(false);
        Expression equal = Expression.Constant(true);
        for (var i = 0; i < keys.Count; i++)
        {
            var key = Replace.Parameter(keys[i].Lambda, row);
            var value = values[i] is null ? null : Compare.Parameter(values[i], key.Type);
            var greater = forwards != keys[i].Descending;
            if (Strictly(key, value, greater) is { } strictly)
                any = Or(any, And(equal, strictly));
            equal = And(equal, value is null ? IsNull(key) : Compare.Make(ExpressionType.Equal, key, value));
        }

        return any;
    }

    private static Expression? Strictly(Expression key, Expression? value, bool greater)
    {
        if (value is null)
            return greater ? null : Expression.Not(IsNull(key));
        var compared = Compare.Make(greater ? ExpressionType.GreaterThan : ExpressionType.LessThan, key, value);
        return greater && IsNullable(key) ? Or(compared, IsNull(key)) : compared;
    }

    private static bool IsNullable(Expression key) => !key.Type.IsValueType || Nullable.GetUnderlyingType(key.Type) is not null;

    private static BinaryExpression IsNull(Expression key) => Expression.Equal(key, Expression.Constant(null, key.Type));

    private static Expression And(Expression a, Expression b) => a is ConstantExpression { Value: true } ? b : Expression.AndAlso(a, b);

    private static Expression Or(Expression a, Expression b) => a is ConstantExpression { Value: false } ? b : Expression.OrElse(a, b);

    private static Expression<Func<TRow, Keyed<T>>> Projection<TRow, T>(IReadOnlyList<OrderKey> keys, LambdaExpression selector)
    {
        var row = Expression.Parameter(typeof(TRow), "row");
        var made = Expression.MemberInit(
            Expression.New(typeof(Keyed<T>)),
            Expression.Bind(Keyed<T>.ItemProperty, Replace.Parameter(selector, row)),
            Expression.Bind(Keyed<T>.KeysProperty, Values(keys, row)));
        return Expression.Lambda<Func<TRow, Keyed<T>>>(made, row);
    }

    private static class Itself<T>
    {
        public static readonly Expression<Func<T, T>> Selector = row => row;
    }

    /// <summary>How pages of T are read from rows of another type, made once for each.</summary>
    private static class Reader<T>
    {
        private static readonly ConcurrentDictionary<Type, ReadPage> Known = new();

        public delegate Task<Page<T>> ReadPage(IQueryProvider provider, Expression query, LambdaExpression selector, PagingArguments paging, CancellationToken ct);

        public static ReadPage Of(Type row) => Known.GetOrAdd(row, static type =>
            typeof(Keyset).GetMethod(nameof(ReadAsync), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type, typeof(T)).CreateDelegate<ReadPage>());
    }

    private static async Task<int> CountAsync<T>(IQueryable<T> query, CancellationToken ct) =>
        query is IAsyncEnumerable<T> ? await query.CountAsync(ct) : query.Count();
}

/// <summary>A row with the values of its order's keys.</summary>
internal sealed class Keyed<T>
{
    public static readonly PropertyInfo ItemProperty = typeof(Keyed<T>).GetProperty(nameof(Item))!;
    public static readonly PropertyInfo KeysProperty = typeof(Keyed<T>).GetProperty(nameof(Keys))!;

    public T Item { get; init; } = default!;

    public object?[] Keys { get; init; } = [];
}

/// <summary>Moves the body of one lambda under the parameter of another.</summary>
internal sealed class Replace(ParameterExpression from, Expression to) : ExpressionVisitor
{
    public static Expression Parameter(LambdaExpression lambda, Expression value) => new Replace(lambda.Parameters[0], value).Visit(lambda.Body);

    protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : base.VisitParameter(node);
}
