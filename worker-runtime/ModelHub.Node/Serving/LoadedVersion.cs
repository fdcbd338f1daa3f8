using System.Collections.Concurrent;
using System.Diagnostics;
using ModelHub.Inference;
using ModelHub.Inference.Predict;
using ModelHub.Node.Runtimes;
using ModelHub.Protocol;

namespace ModelHub.Node.Serving;

/// <summary>One version in memory, ready to run. Any number of requests use it at once.</summary>
internal sealed class LoadedVersion : IAsyncDisposable
{
    private readonly ConcurrentBag<Slot> slots = [];
    private readonly SemaphoreSlim slowRuns = new(Math.Max(2, Environment.ProcessorCount));
    private int inFlight;
    private double microsecondsPerRow;

    public LoadedVersion(Assignment assignment, RuntimeInstance instance, double warmMs)
    {
        Assignment = assignment;
        Instance = instance;
        Plan = FieldPlan.Of(Spec, out var fault);
        PlanFault = fault;
        microsecondsPerRow = warmMs * 1000;
    }

    public Assignment Assignment { get; }

    public RuntimeInstance Instance { get; }

    public ModelSpec Spec => Instance.Spec;

    /// <summary>How rows of named fields become inputs; null for a model that rows cannot fill.</summary>
    public FieldPlan? Plan { get; }

    public RequestFault? PlanFault { get; }

    public VersionCounts Counts { get; } = new();

    public int InFlight => Volatile.Read(ref inFlight);

    public long MemoryBytes => Instance.MemoryBytes;

    /// <returns>false when as many requests as allowed are in work or waiting</returns>
    public bool TryEnter(int most)
    {
        if (Interlocked.Increment(ref inFlight) <= most)
            return true;
        Interlocked.Decrement(ref inFlight);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref inFlight);

    public Slot Rent() => slots.TryTake(out var slot) ? slot : new Slot(Spec, Instance.NewRun());

    public void Return(Slot slot)
    {
        slot.Empty();
        slots.Add(slot);
    }

    /// <summary>
    /// Runs what the slot holds. A run that will be short is done on the caller's thread; a long one on a thread of
    /// its own, so that it holds up nobody's requests.
    /// </summary>
    /// <exception cref="RunException">it failed, was stopped at the limit, or got no turn within it</exception>
    public async ValueTask RunAsync(Slot slot, TimeSpan limit, CancellationToken ct)
    {
        if (!Instance.RunsOnCallersThread || Volatile.Read(ref microsecondsPerRow) * slot.Rows < 2_000)
        {
            await MeasuredAsync(slot, limit, ct);
            return;
        }
        if (!await slowRuns.WaitAsync(limit, ct))
            throw new RunException(RunFault.TimedOut, $"No turn came within {limit.TotalSeconds:0.###} seconds.");
        try
        {
            await Task.Factory.StartNew(
                () => MeasuredAsync(slot, limit, ct).AsTask(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        }
        finally
        {
            slowRuns.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Instance.DisposeAsync();
        slowRuns.Dispose();
        foreach (var slot in slots)
            slot.Dispose();
    }

    private async ValueTask MeasuredAsync(Slot slot, TimeSpan limit, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await slot.Run.ExecuteAsync(limit, ct);
        }
        finally
        {
            var took = Stopwatch.GetElapsedTime(started).TotalMicroseconds / slot.Rows;
            // Lost updates do no harm: it is an average over about ten runs.
            Volatile.Write(ref microsecondsPerRow, microsecondsPerRow * 0.9 + took * 0.1);
        }
    }
}
