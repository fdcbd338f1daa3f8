using Microsoft.Extensions.Logging;
using Npgsql;

namespace ModelHub.Database.Events;

/// <summary>
/// Wakes loops when something changed. One connection of its own per process listens on <see cref="Channel"/>; a lost
/// connection is replaced and counts as a change, because notifications may have been missed meanwhile. A loop does:
/// <code>
/// while (!ct.IsCancellationRequested)
/// {
///     var seen = changes.Count;
///     await ReadAndActAsync(ct);
///     await changes.WaitAsync(seen, TimeSpan.FromSeconds(5), ct);
/// }
/// </code>
/// </summary>
public sealed partial class Changes : IAsyncDisposable
{
    public const string Channel = "modelhub";

    /// <summary>Signals keep this distance, so that a storm of commits does not become a storm of loops; after a pause the first comes at once.</summary>
    private static readonly TimeSpan Distance = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim notified = new(0, 1);
    private readonly CancellationTokenSource stopped = new();
    private readonly Lazy<Task> listening;
    private readonly string connectionString;
    private readonly ILogger<Changes> logger;
    private readonly Lock gate = new();
    private TaskCompletionSource next = NewSource();

    public Changes(DatabaseAddress address, ILogger<Changes> logger)
    {
        this.logger = logger;
        connectionString = new NpgsqlConnectionStringBuilder(address.ConnectionString)
        {
            Pooling = false,
            KeepAlive = 10,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;
        listening = new Lazy<Task>(() => Task.WhenAll(Task.Run(ListenAsync), Task.Run(SignalAsync)));
    }

    /// <summary>How many signals there were. Read it before looking at the database; whatever comes afterwards ends the wait at once.</summary>
    public long Count { get; private set; }

    /// <summary>Returns when there was a signal after <paramref name="seen"/>, or after <paramref name="atMost"/>.</summary>
    public async Task WaitAsync(long seen, TimeSpan atMost, CancellationToken ct)
    {
        _ = listening.Value;
        Task signal;
        lock (gate)
        {
            if (Count != seen)
                return;
            signal = next.Task;
        }

        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, stopped.Token);
        await Task.WhenAny(signal, Task.Delay(atMost, both.Token)).ConfigureAwait(false);
        ct.ThrowIfCancellationRequested();
        await both.CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await stopped.CancelAsync();
        if (listening.IsValueCreated)
            await listening.Value;
        stopped.Dispose();
        notified.Dispose();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task ListenAsync()
    {
        while (!stopped.IsCancellationRequested)
        {
            try
            {
                await ListenOnceAsync(stopped.Token);
            }
            catch (OperationCanceledException) when (stopped.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogLost(failure);
                await Task.Delay(TimeSpan.FromSeconds(1), stopped.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    private async Task ListenOnceAsync(CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        connection.Notification += (_, _) => Notice();
        await connection.OpenAsync(ct);
        await using (var listen = new NpgsqlCommand($"listen {Channel}", connection))
            await listen.ExecuteNonQueryAsync(ct);
        Notice();
        while (true)
            await connection.WaitAsync(ct);
    }

    /// <summary>Only the listener calls it: that it is full already is as good.</summary>
    private void Notice()
    {
        if (notified.CurrentCount == 0)
            notified.Release();
    }

    private async Task SignalAsync()
    {
        try
        {
            while (true)
            {
                await notified.WaitAsync(stopped.Token);
                Signal();
                await Task.Delay(Distance, stopped.Token);
            }
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private void Signal()
    {
        TaskCompletionSource ended;
        lock (gate)
        {
            Count++;
            (ended, next) = (next, NewSource());
        }

        ended.SetResult();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Lost the connection that listens for changes; connecting again")]
    private partial void LogLost(Exception failure);
}
