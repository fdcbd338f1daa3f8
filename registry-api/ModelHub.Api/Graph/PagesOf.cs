using System.Linq.Expressions;

namespace ModelHub.Api.Graph;

/// <summary>Which page of which parent's children. The client's wishes are one object for all calls of a field.</summary>
internal readonly record struct PageOf<TKey, T>(TKey Parent, PagingArguments Paging, QueryContext<T> Wanted);

/// <summary>The same page of many parents' children: all parents of a request in one statement.</summary>
internal abstract class PagesOf<TParent, TKey, T>(IDbContextFactory<ModelHubDb> factory, Expression<Func<TParent, TKey>> key) : BatchDataLoader<PageOf<TKey, T>, Page<T>>
    where TParent : class
    where TKey : notnull
{
    public async Task<Page<T>> LoadAsync(TKey parent, PagingArguments paging, QueryContext<T> wanted, CancellationToken ct)
        => (await LoadAsync(new PageOf<TKey, T>(parent, paging, wanted), ct))!;

    /// <summary>A parent's children, ordered, the last key unique.</summary>
    protected abstract Expression<Func<TParent, IQueryable<T>>> Children(ModelHubDb db);

    protected override async Task<IReadOnlyDictionary<PageOf<TKey, T>, Page<T>>> LoadBatchAsync(IReadOnlyList<PageOf<TKey, T>> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var pages = new Dictionary<PageOf<TKey, T>, Page<T>>();
        foreach (var same in keys.GroupBy(k => (k.Paging, k.Wanted), k => k.Parent))
        {
            var children = Children(db);
            var found = await db.Set<TParent>().AsNoTracking()
                .ToPagesAsync([.. same], key, children, same.Key.Wanted, same.Key.Paging, Columns<T>(db, children.Body), ct);
            foreach (var (parent, page) in found)
                pages.Add(new PageOf<TKey, T>(parent, same.Key.Paging, same.Key.Wanted), page);
        }

        return pages;
    }
}
