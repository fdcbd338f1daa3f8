using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using ModelHub.GraphQL.Data;

namespace ModelHub.GraphQL;

/// <summary>The same page of every parent's children, in one command: for loaders behind a connection below a list.</summary>
public static class KeysetOfMany
{
    /// <summary>
    /// A page per parent. In SQL it is a lateral join: each parent's rows are read in order until its page is full, so it
    /// costs as much as the pages hold, however many children there are.
    /// </summary>
    /// <param name="parents">The rows the keys belong to.</param>
    /// <param name="keys">The parents that are asked for; each has a page in the answer.</param>
    /// <param name="key">The key of a parent.</param>
    /// <param name="children">A parent's children, ordered, the last key unique.</param>
    /// <param name="wanted">The client's filter and order; its order goes before that of the children.</param>
    /// <param name="paging">Which page, the same for all.</param>
    /// <param name="columns">What of each child is read; null for all of it.</param>
    /// <param name="ct">Ends the commands.</param>
    /// <exception cref="GraphQLException">A cursor is not one of this order.</exception>
    public static async Task<IReadOnlyDictionary<TKey, Page<T>>> ToPagesAsync<TParent, TKey, T>(
        this IQueryable<TParent> parents,
        IReadOnlyList<TKey> keys,
        Expression<Func<TParent, TKey>> key,
        Expression<Func<TParent, IQueryable<T>>> children,
        QueryContext<T> wanted,
        PagingArguments paging,
        Expression<Func<T, T>>? columns = null,
        CancellationToken ct = default)
        where TKey : notnull
    {
        var parent = children.Parameters[0];
        var (unordered, own) = Ordering.Split(children.Body);
        if (wanted.Where is { } where)
            unordered = QueryMethods.Call(typeof(Queryable), nameof(Queryable.Where), typeof(T), unordered, Expression.Quote(where));
        OrderKey[] order = [.. wanted.Order.Select(o => new OrderKey(o.Key, o.Descending)), .. own];
        if (own.Count == 0)
            throw new InvalidOperationException("A query must be ordered to be paged.");
        var hash = Cursor.Hash(order);
        var asked = parents.Where(IsIn(key, keys));
        var page = QueryMethods.Call(
            typeof(Queryable), nameof(Queryable.Take), typeof(T),
            Ordering.Apply(Keyset.Between<T>(Lateral<TKey, T>(unordered, Replace.Parameter(key, parent)), order, hash, paging), order, paging.Backwards),
            Expression.Constant(paging.Size + 1));
        var pairs = asked.SelectMany(Expression.Lambda<Func<TParent, IEnumerable<T>>>(page, parent), (row, child) => new Pair<TParent, T> { Parent = row, Child = child });
        var rows = await Ordered(pairs, order, paging.Backwards).Select(Flattened(key, order, columns)).ToListAsync(ct);
        var found = rows.ToLookup(row => row.Key, row => new Keyed<T> { Item = row.Row, Keys = row.Keys });
        var counted = keys.Where(k => paging.IncludeTotalCount && !Keyset.IsAll(found[k].Count(), paging)).ToList();
        var totals = counted.Count == 0 ? [] : await TotalsAsync(parents.Where(IsIn(key, counted)), key, unordered, parent, typeof(T), ct);
        return keys.ToDictionary(k => k, k => Keyset.Page([.. found[k]], hash, paging, paging.IncludeTotalCount ? totals.GetValueOrDefault(k, found[k].Count()) : null));
    }

    // Always true. But it names the parent once more, and that keeps the join lateral: children that are tied to their parent
    // by an equality alone EF Core numbers with a window over the whole table, and the page costs as much as all rows there are.
    private static Expression Lateral<TKey, T>(Expression children, Expression parentKey)
    {
        var isSome = Expression.NotEqual(parentKey, Compare.Parameter(default(TKey), typeof(TKey)));
        return QueryMethods.Call(
            typeof(Queryable), nameof(Queryable.Where), typeof(T), children, Expression.Quote(Expression.Lambda<Func<T, bool>>(isSome, Expression.Parameter(typeof(T), "child"))));
    }

    // A join promises no order of its own.
    private static IQueryable<Pair<TParent, T>> Ordered<TParent, T>(IQueryable<Pair<TParent, T>> pairs, OrderKey[] order, bool reversed)
    {
        var pair = Expression.Parameter(typeof(Pair<TParent, T>), "pair");
        var child = Expression.Property(pair, Pair<TParent, T>.ChildProperty);
        var keys = order.Select(o => o with { Lambda = Expression.Lambda(Replace.Parameter(o.Lambda, child), pair) }).ToArray();
        return pairs.Provider.CreateQuery<Pair<TParent, T>>(Ordering.Apply(pairs.Expression, keys, reversed));
    }

    private static Expression<Func<Pair<TParent, T>, Child<TKey, T>>> Flattened<TParent, TKey, T>(
        Expression<Func<TParent, TKey>> key, OrderKey[] order, Expression<Func<T, T>>? columns)
    {
        var pair = Expression.Parameter(typeof(Pair<TParent, T>), "pair");
        var child = Expression.Property(pair, Pair<TParent, T>.ChildProperty);
        var made = Expression.MemberInit(
            Expression.New(typeof(Child<TKey, T>)),
            Expression.Bind(Child<TKey, T>.KeyProperty, Replace.Parameter(key, Expression.Property(pair, Pair<TParent, T>.ParentProperty))),
            Expression.Bind(Child<TKey, T>.RowProperty, columns is null ? child : Replace.Parameter(columns, child)),
            Expression.Bind(Child<TKey, T>.KeysProperty, Keyset.Values(order, child)));
        return Expression.Lambda<Func<Pair<TParent, T>, Child<TKey, T>>>(made, pair);
    }

    private static async Task<Dictionary<TKey, int>> TotalsAsync<TParent, TKey>(
        IQueryable<TParent> asked, Expression<Func<TParent, TKey>> key, Expression children, ParameterExpression parent, Type child, CancellationToken ct)
        where TKey : notnull
    {
        var made = Expression.MemberInit(
            Expression.New(typeof(Total<TKey>)),
            Expression.Bind(Total<TKey>.KeyProperty, Replace.Parameter(key, parent)),
            Expression.Bind(Total<TKey>.CountProperty, QueryMethods.Call(typeof(Queryable), nameof(Queryable.Count), child, children)));
        return await asked.Select(Expression.Lambda<Func<TParent, Total<TKey>>>(made, parent)).ToDictionaryAsync(t => t.Key, t => t.Count, ct);
    }

    private static Expression<Func<TParent, bool>> IsIn<TParent, TKey>(Expression<Func<TParent, TKey>> key, IReadOnlyList<TKey> keys) =>
        Expression.Lambda<Func<TParent, bool>>(
            QueryMethods.Call(typeof(Enumerable), nameof(Enumerable.Contains), typeof(TKey), Compare.Parameter(keys.ToList(), typeof(List<TKey>)), key.Body), key.Parameters);

    private sealed class Pair<TParent, T>
    {
        public static readonly PropertyInfo ParentProperty = typeof(Pair<TParent, T>).GetProperty(nameof(Parent))!;
        public static readonly PropertyInfo ChildProperty = typeof(Pair<TParent, T>).GetProperty(nameof(Child))!;

        public TParent Parent { get; init; } = default!;

        public T Child { get; init; } = default!;
    }

    private sealed class Child<TKey, T>
    {
        public static readonly PropertyInfo KeyProperty = typeof(Child<TKey, T>).GetProperty(nameof(Key))!;
        public static readonly PropertyInfo RowProperty = typeof(Child<TKey, T>).GetProperty(nameof(Row))!;
        public static readonly PropertyInfo KeysProperty = typeof(Child<TKey, T>).GetProperty(nameof(Keys))!;

        public TKey Key { get; init; } = default!;

        public T Row { get; init; } = default!;

        public object?[] Keys { get; init; } = [];
    }

    private sealed class Total<TKey>
    {
        public static readonly PropertyInfo KeyProperty = typeof(Total<TKey>).GetProperty(nameof(Key))!;
        public static readonly PropertyInfo CountProperty = typeof(Total<TKey>).GetProperty(nameof(Count))!;

        public TKey Key { get; init; } = default!;

        public int Count { get; init; }
    }
}
