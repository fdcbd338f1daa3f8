using System.Collections.Concurrent;
using System.Diagnostics;
using ModelHub.Inference;
using ModelHub.Inference.Predict;
using ModelHub.Onnx;
using ModelHub.Protocol;

namespace ModelHub.Node.Serving;

/// <summary>One version in memory, ready to run. Any number of requests use it at once.</summary>
internal sealed class LoadedVersion : IDisposable
{
    private readonly ConcurrentBag<Slot> slots = [];
    private readonly SemaphoreSlim slowRuns = new(Math.Max(2, Environment.ProcessorCount));
    private int inFlight;
    private double microsecondsPerRow;

    public LoadedVersion(Assignment assignment, OnnxModel model, double warmMs)
    {
        Assignment = assignment;
        Model = model;
        Spec = SpecOf.Model(assignment, model.Signature);
        Plan = FieldPlan.Of(Spec, out var fault);
        PlanFault = fault;
        microsecondsPerRow = warmMs * 1000;
    }

    public Assignment Assignment { get; }

    public OnnxModel Model { get; }

    public ModelSpec Spec { get; }

    /// <summary>How rows of named fields become inputs; null for a model that rows cannot fill.</summary>
    public FieldPlan? Plan { get; }

    public RequestFault? PlanFault { get; }

    public VersionCounts Counts { get; } = new();

    public int InFlight => Volatile.Read(ref inFlight);

    /// <summary>Weights in memory, roughly: ONNX Runtime keeps them once, repacked.</summary>
    public long MemoryBytes => Model.File.Bytes + Model.File.ExternalFiles.Sum(f => new FileInfo(Path.Combine(Path.GetDirectoryName(Model.File.Path)!, f)).Length);

    /// <returns>false when as many requests as allowed are in work or waiting</returns>
    public bool TryEnter(int most)
    {
        if (Interlocked.Increment(ref inFlight) <= most)
            return true;
        Interlocked.Decrement(ref inFlight);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref inFlight);

    public Slot Rent() => slots.TryTake(out var slot) ? slot : new Slot(Spec);

    public void Return(Slot slot)
    {
        slot.Empty();
        slots.Add(slot);
    }

    /// <summary>
    /// Runs what the slot holds. A run that will be short is done on the caller's thread; a long one on a thread of
    /// its own, so that it holds up nobody's requests.
    /// </summary>
    /// <exception cref="OnnxException">it failed, or was stopped at the limit</exception>
    /// <exception cref="TimeoutException">no turn came within the limit</exception>
    public async ValueTask RunAsync(Slot slot, TimeSpan limit, CancellationToken ct)
    {
        if (Volatile.Read(ref microsecondsPerRow) * slot.Rows < 2_000)
        {
            Run(slot, limit);
            return;
        }
        if (!await slowRuns.WaitAsync(limit, ct))
            throw new TimeoutException();
        try
        {
            await Task.Factory.StartNew(() => Run(slot, limit), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            slowRuns.Release();
        }
    }

    public void Dispose()
    {
        Model.Dispose();
        slowRuns.Dispose();
        foreach (var slot in slots)
            slot.Dispose();
    }

    private void Run(Slot slot, TimeSpan limit)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var watch = RunLimit.Start(limit);
            slot.Run(Model, watch);
        }
        finally
        {
            var took = Stopwatch.GetElapsedTime(started).TotalMicroseconds / slot.Rows;
            // Lost updates do no harm: it is an average over about ten runs.
            Volatile.Write(ref microsecondsPerRow, microsecondsPerRow * 0.9 + took * 0.1);
        }
    }
}
