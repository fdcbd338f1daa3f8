using System.Linq.Expressions;
using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using ModelHub.GraphQL.Data;
using ModelHub.GraphQL.Execution;

namespace ModelHub.GraphQL;

/// <summary>Loads values by key in batches and remembers them for the request. Made by the engine, with services in its constructor.</summary>
public abstract class DataLoader
{
    internal ILoadScheduler Scheduler { get; set; } = ImmediateLoads.Instance;

    /// <summary>Whom it loads for; null outside of a request.</summary>
    internal OperationRun? Run { get; set; }

    internal abstract bool HasPending { get; }

    /// <summary>Takes the pending keys; what is returned fetches them.</summary>
    internal abstract Func<CancellationToken, Task> Take();

    /// <summary>Who asked, for loaders whose rows depend on it; there is nobody outside of a request.</summary>
    protected ClaimsPrincipal User => Run?.User ?? new ClaimsPrincipal();

    /// <summary>The rows without the wide columns that no field of the operation shows.</summary>
    protected IQueryable<T> Narrow<T>(DbContext db, IQueryable<T> rows) => Columns<T>(db, rows.Expression) is { } columns ? rows.Select(columns) : rows;

    /// <summary>What of the rows of a query is read; null for all of it.</summary>
    protected Expression<Func<T, T>>? Columns<T>(DbContext db, Expression rows) => Run is null ? null : Narrowing.Of<T>(db, rows, Run);
}

/// <summary>Who decides when pending keys are fetched.</summary>
internal interface ILoadScheduler
{
    /// <summary>A resolver began to wait for the loader.</summary>
    void Waiting(DataLoader loader);

    /// <summary>So many waits ended.</summary>
    void Resumed(int waits);

    /// <summary>Brackets the completion of a batch, so that everything it wakes is counted before the next dispatch.</summary>
    void Enter();

    void Leave();
}

/// <summary>For a loader used outside of a request: every call is its own batch.</summary>
internal sealed class ImmediateLoads : ILoadScheduler
{
    public static readonly ImmediateLoads Instance = new();

    public void Waiting(DataLoader loader) => _ = loader.Take()(CancellationToken.None);

    public void Resumed(int waits)
    {
    }

    public void Enter()
    {
    }

    public void Leave()
    {
    }
}

/// <summary>The part that one-value and many-value loaders share.</summary>
public abstract class DataLoader<TKey, TValue> : DataLoader
    where TKey : notnull
{
    private readonly Lock gate = new();
    private readonly Dictionary<TKey, TaskCompletionSource<TValue>> cache = [];
    private List<TKey> pending = [];

    /// <summary>More keys than this make several batches.</summary>
    protected virtual int MaxBatchSize => 1000;

    internal override bool HasPending
    {
        get
        {
            lock (gate)
                return pending.Count > 0;
        }
    }

    /// <summary>The value of the key; null (or an empty list) when there is none.</summary>
    public Task<TValue> LoadAsync(TKey key, CancellationToken ct = default)
    {
        var task = Enqueue(key);
        if (task.IsCompleted)
            return task;
        Scheduler.Waiting(this);
        return AwaitAsync(task, ct);
    }

    /// <summary>The values of the keys, in their order.</summary>
    public async Task<IReadOnlyList<TValue>> LoadAsync(IReadOnlyCollection<TKey> keys, CancellationToken ct = default)
    {
        var all = Task.WhenAll(keys.Select(Enqueue).ToArray());
        if (all.IsCompleted)
            return await all;
        Scheduler.Waiting(this);
        return await AwaitAsync(all, ct);
    }

    /// <summary>Remembers a value that is already at hand.</summary>
    public void Prime(TKey key, TValue value)
    {
        lock (gate)
        {
            if (!cache.ContainsKey(key))
                (cache[key] = new TaskCompletionSource<TValue>()).SetResult(value);
        }
    }

    /// <summary>Fetches what it finds; missing keys may be left out.</summary>
    internal abstract Task<Func<TKey, TValue>> FetchAsync(IReadOnlyList<TKey> keys, CancellationToken ct);

    internal override Func<CancellationToken, Task> Take()
    {
        List<TKey> keys;
        lock (gate)
            (keys, pending) = (pending, []);
        return ct => Task.WhenAll(keys.Chunk(MaxBatchSize).Select(chunk => FetchChunkAsync(chunk, ct)));
    }

    private async Task<T> AwaitAsync<T>(Task<T> task, CancellationToken ct)
    {
        try
        {
            return await task.WaitAsync(ct);
        }
        finally
        {
            Scheduler.Resumed(1);
        }
    }

    private Task<TValue> Enqueue(TKey key)
    {
        lock (gate)
        {
            if (cache.TryGetValue(key, out var known))
                return known.Task;
            pending.Add(key);
            return (cache[key] = new TaskCompletionSource<TValue>()).Task;
        }
    }

    private async Task FetchChunkAsync(TKey[] keys, CancellationToken ct)
    {
        Func<TKey, TValue>? found = null;
        Exception? failure = null;
        try
        {
            using var span = Telemetry.Batch(GetType(), keys.Length);
            found = await FetchAsync(keys, ct);
        }
        catch (Exception e)
        {
            // Whatever went wrong belongs to the fields that asked for these keys.
            failure = e;
        }

        Scheduler.Enter();
        foreach (var (key, source) in Sources(keys))
            Complete(source, key, found, failure);
        Scheduler.Leave();
    }

    private static void Complete(TaskCompletionSource<TValue> source, TKey key, Func<TKey, TValue>? found, Exception? failure)
    {
        try
        {
            if (failure is null)
                source.TrySetResult(found!(key));
            else
                source.TrySetException(failure);
        }
        catch (Exception e)
        {
            // A lookup of the loader that throws must not leave its fields waiting.
            source.TrySetException(e);
        }
    }

    private KeyValuePair<TKey, TaskCompletionSource<TValue>>[] Sources(TKey[] keys)
    {
        lock (gate)
            return [.. keys.Select(k => KeyValuePair.Create(k, cache[k]))];
    }
}

/// <summary>One value per key.</summary>
public abstract class BatchDataLoader<TKey, TValue> : DataLoader<TKey, TValue?>
    where TKey : notnull
{
    internal override async Task<Func<TKey, TValue?>> FetchAsync(IReadOnlyList<TKey> keys, CancellationToken ct)
    {
        var found = await LoadBatchAsync(keys, ct);
        return key => found.TryGetValue(key, out var value) ? value : default;
    }

    /// <summary>Fetches the values of all keys at once; what does not exist is left out.</summary>
    protected abstract Task<IReadOnlyDictionary<TKey, TValue>> LoadBatchAsync(IReadOnlyList<TKey> keys, CancellationToken ct);
}

/// <summary>Many values per key.</summary>
public abstract class GroupedDataLoader<TKey, TValue> : DataLoader<TKey, IReadOnlyList<TValue>>
    where TKey : notnull
{
    internal override async Task<Func<TKey, IReadOnlyList<TValue>>> FetchAsync(IReadOnlyList<TKey> keys, CancellationToken ct)
    {
        var found = await LoadGroupsAsync(keys, ct);
        return key => found[key] as IReadOnlyList<TValue> ?? [.. found[key]];
    }

    /// <summary>Fetches the groups of all keys at once.</summary>
    protected abstract Task<ILookup<TKey, TValue>> LoadGroupsAsync(IReadOnlyList<TKey> keys, CancellationToken ct);
}
