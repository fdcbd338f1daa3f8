using System.Collections.Concurrent;
using System.Linq.Expressions;

namespace ModelHub.Api.Graph;

/// <summary>One row per key, all keys of a request in one statement.</summary>
internal abstract class ById<TKey, T>(IDbContextFactory<ModelHubDb> factory, Expression<Func<T, TKey>> key) : BatchDataLoader<TKey, T>
    where TKey : notnull
    where T : class
{

    protected virtual IQueryable<T> From(IQueryable<T> rows) => rows;

    protected override async Task<IReadOnlyDictionary<TKey, T>> LoadBatchAsync(IReadOnlyList<TKey> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await Narrow(db, From(db.Set<T>().AsNoTracking()).Where(key.IsIn(keys))).ToDictionaryAsync(key.Compiled(GetType()), ct);
    }
}

/// <summary>Many rows per key, all keys of a request in one statement.</summary>
internal abstract class ManyBy<TKey, T>(IDbContextFactory<ModelHubDb> factory, Expression<Func<T, TKey>> key) : GroupedDataLoader<TKey, T>
    where TKey : notnull
    where T : class
{

    protected abstract IQueryable<T> From(IQueryable<T> rows);

    protected override async Task<ILookup<TKey, T>> LoadGroupsAsync(IReadOnlyList<TKey> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return (await Narrow(db, From(db.Set<T>().AsNoTracking().Where(key.IsIn(keys)))).ToListAsync(ct)).ToLookup(key.Compiled(GetType()));
    }
}

internal static class KeyExpressions
{
    /// <summary><c>row => keys.Contains(row.Key)</c></summary>
    public static Expression<Func<T, bool>> IsIn<T, TKey>(this Expression<Func<T, TKey>> key, IReadOnlyList<TKey> keys)
    {
        var values = Expression.Property(Expression.Constant(new Captured<TKey>([.. keys])), nameof(Captured<>.Keys));
        var contains = Expression.Call(values, typeof(List<TKey>).GetMethod(nameof(List<TKey>.Contains), [typeof(TKey)])!, key.Body);
        return Expression.Lambda<Func<T, bool>>(contains, key.Parameters);
    }

    /// <summary>The key as a function, compiled once for each type of loader: loaders are made for every request.</summary>
    public static Func<T, TKey> Compiled<T, TKey>(this Expression<Func<T, TKey>> key, Type loader)
        => (Func<T, TKey>)Functions.GetOrAdd(loader, static (_, expression) => expression.Compile(), (LambdaExpression)key);

    private static readonly ConcurrentDictionary<Type, Delegate> Functions = new();

    // A member of a captured object becomes a parameter of the statement; a bare constant would be written into it.
    private sealed record Captured<TKey>(List<TKey> Keys);
}
