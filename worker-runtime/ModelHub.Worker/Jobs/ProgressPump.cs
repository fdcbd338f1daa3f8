using ModelHub.Database;
using ModelHub.Domain.Operations;

namespace ModelHub.Worker.Jobs;

/// <summary>
/// Collects progress and log lines from running work and stores them a few times a second. Lines beyond the limit are
/// counted, not kept. A database that is away delays them.
/// </summary>
internal sealed class ProgressPump : IProgressLog, IAsyncDisposable
{
    public const int LineLimit = 10_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly OperationStore store;
    private readonly IWork work;
    private readonly Attempt attempt;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim one = new(1);
    private readonly CancellationTokenSource done = new();
    private readonly Task pumping;
    private List<LogLine> lines = [];
    private long sequence;
    private double progress;
    private string? message;
    private bool dirty;

    public ProgressPump(OperationStore store, IWork work, Attempt attempt)
    {
        (this.store, this.work, this.attempt, sequence) = (store, work, attempt, attempt.LastLogLine);
        pumping = PumpAsync();
    }

    public void Progress(double share, string? line = null)
    {
        lock (gate) (progress, message, dirty) = (Math.Max(progress, share), line ?? message, true);
        if (line is not null) Line(line);
    }

    public void Line(string text)
    {
        lock (gate)
        {
            var number = ++sequence - attempt.LastLogLine;
            if (number > LineLimit) return;
            var kept = number < LineLimit ? text : $"the log is longer than {LineLimit} lines; the rest is not kept";
            lines.Add(new LogLine(attempt.Id, sequence, kept.Replace('\0', ' '), DateTimeOffset.UtcNow));
            dirty = true;
        }
    }

    /// <summary>Stores what there is. Without effect when the attempt no longer counts.</summary>
    public async Task FlushAsync()
    {
        await one.WaitAsync();
        try
        {
            List<LogLine> taken;
            (double, string?) state;
            lock (gate)
            {
                if (!dirty) return;
                (taken, lines, state, dirty) = (lines, [], (progress, message), false);
            }
            try
            {
                await store.ReportAsync(work, attempt, state.Item1, state.Item2, taken, CancellationToken.None);
            }
            catch (Exception failure) when (Outage.Is(failure))
            {
                lock (gate) (lines, dirty) = ([.. taken, .. lines], true);
            }
        }
        finally
        {
            one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await done.CancelAsync();
        await pumping;
        await FlushAsync();
        done.Dispose();
        one.Dispose();
    }

    private async Task PumpAsync()
    {
        while (!done.IsCancellationRequested)
        {
            await Task.Delay(Interval, done.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await FlushAsync();
        }
    }
}
