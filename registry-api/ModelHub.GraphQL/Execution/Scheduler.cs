namespace ModelHub.GraphQL.Execution;

/// <summary>
/// Counts resolvers that run and resolvers that wait for a loader. When all that run wait, every pending loader is
/// dispatched, together; when one of them waits for something else, after a millisecond anyway.
/// </summary>
internal sealed class Scheduler(SemaphoreSlim turns, CancellationToken ct) : ILoadScheduler
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1);

    private readonly Lock gate = new();
    private readonly List<DataLoader> loaders = [];
    private TaskCompletionSource? settled;
    private int unfinished;
    private int waiting;
    private int busy;
    private bool armed;

    public void Add(DataLoader loader)
    {
        lock (gate)
            loaders.Add(loader);
    }

    public void Started() => Interlocked.Increment(ref unfinished);

    public void Finished() => Interlocked.Decrement(ref unfinished);

    public void Waiting(DataLoader loader)
    {
        Enter();
        Interlocked.Increment(ref waiting);
        Leave();
    }

    public void Resumed(int waits) => Interlocked.Add(ref waiting, -waits);

    /// <summary>No decision is made before the matching <see cref="Leave"/>.</summary>
    public void Enter() => Interlocked.Increment(ref busy);

    public void Leave()
    {
        if (Interlocked.Decrement(ref busy) == 0)
            Decide(patient: true);
    }

    /// <summary>Completes when no resolver runs any more.</summary>
    public Task SettleAsync()
    {
        lock (gate)
        {
            if (Volatile.Read(ref unfinished) == 0)
                return Task.CompletedTask;
            settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        Decide(patient: true);
        return settled.Task.WaitAsync(ct);
    }

    private void Decide(bool patient)
    {
        Func<CancellationToken, Task>[] batches = [];
        lock (gate)
        {
            if (Volatile.Read(ref busy) > 0)
                return;
            if (Volatile.Read(ref unfinished) == 0)
            {
                settled?.TrySetResult();
                return;
            }

            if (!loaders.Exists(l => l.HasPending))
                return;
            if (!patient || Volatile.Read(ref waiting) >= Volatile.Read(ref unfinished))
                batches = [.. loaders.Where(l => l.HasPending).Select(l => l.Take())];
            else if (!armed)
                armed = true;
            else
                return;
        }

        if (batches.Length == 0)
            _ = DecideLaterAsync();
        foreach (var batch in batches)
            _ = FetchAsync(batch);
    }

    /// <summary>A request with many relations takes turns, or a few of them would use up the pool of connections.</summary>
    private async Task FetchAsync(Func<CancellationToken, Task> batch)
    {
        await turns.WaitAsync(ct);
        try
        {
            await batch(ct);
        }
        finally
        {
            turns.Release();
        }
    }

    private async Task DecideLaterAsync()
    {
        await Task.Delay(Patience, CancellationToken.None);
        lock (gate)
            armed = false;
        Decide(patient: false);
    }
}
