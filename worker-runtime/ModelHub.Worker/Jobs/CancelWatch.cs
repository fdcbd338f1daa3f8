using ModelHub.Database;
using ModelHub.Domain.Operations;

namespace ModelHub.Worker.Jobs;

/// <summary>Watches an operation while it runs: a wish to cancel it, or another attempt that took over, stops the work.</summary>
internal sealed class CancelWatch : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource done = new();
    private Task watching = Task.CompletedTask;

    private CancelWatch()
    {
    }

    public bool CancelWished { get; private set; }

    public bool Superseded { get; private set; }

    public static CancelWatch Start(OperationStore store, Attempt attempt, CancellationTokenSource stop)
    {
        var watch = new CancelWatch();
        watch.watching = watch.RunAsync(store, attempt, stop);
        return watch;
    }

    public async ValueTask DisposeAsync()
    {
        await done.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        done.Dispose();
    }

    private async Task RunAsync(OperationStore store, Attempt attempt, CancellationTokenSource stop)
    {
        while (!done.IsCancellationRequested)
        {
            var seen = store.Changes.Count;
            if (await LookAsync(store, attempt) is { } operation)
            {
                CancelWished = operation.CancelRequested && operation.Attempts == attempt.Number;
                Superseded = operation.Attempts != attempt.Number || operation.State.HasEnded();
                if (CancelWished || Superseded)
                {
                    await stop.CancelAsync();
                    return;
                }
            }
            await store.Changes.WaitAsync(seen, Look, done.Token);
        }
    }

    private async Task<Operation?> LookAsync(OperationStore store, Attempt attempt)
    {
        try
        {
            return await store.FindAsync(attempt.Id, done.Token);
        }
        catch (Exception failure) when (Outage.Is(failure))
        {
            // The database is away: the work goes on, and its end will be judged by the fence.
            await Task.Delay(Look, done.Token);
            return null;
        }
    }
}
