using System.Collections.Concurrent;
using System.Diagnostics;
using ModelHub.Inference;
using ModelHub.Inference.Predict;
using ModelHub.Node.Caching;
using ModelHub.Node.Fields;
using ModelHub.Node.Runtimes;
using ModelHub.Protocol;

namespace ModelHub.Node.Serving;

/// <summary>One version in memory, ready to run. Any number of requests use it at once.</summary>
internal sealed class LoadedVersion : IAsyncDisposable
{
    /// <summary>Runs up to this many microseconds are done on the thread that reads the socket; longer ones would hold up its other connections.</summary>
    private const double Short = 100;

    /// <summary>By which routers tell for which environment they ask.</summary>
    private const string EnvironmentHeader = "x-modelhub-environment";
    private static readonly int LaneCount = Math.Max(2, Environment.ProcessorCount);
    private readonly ConcurrentBag<Slot> slots = [];
    private readonly RunTimes times;
    private readonly Total warmUp;
    private int inFlight;
    private int asleep;
    private long lastUsed = Environment.TickCount64;
    private volatile NodeRules[] rules = [];
    private volatile VersionFields? fields;
    private volatile FieldProfile[]? profiles;

    /// <param name="joins">whether rows of different requests may share a run</param>
    public LoadedVersion(Assignment assignment, RuntimeInstance instance, RunTimes times, bool joins)
    {
        (Assignment, Instance, this.times) = (assignment, instance, times);
        warmUp = times.Total;
        RowsStandAlone = joins;
        Lanes = new Lanes(instance, times, joins, LaneCount);
        Plan = FieldPlan.Of(Spec, out var fault);
        PlanFault = fault;
        Follow(assignment);
    }

    public Assignment Assignment { get; }

    public RuntimeInstance Instance { get; }

    public Lanes Lanes { get; }

    public ModelSpec Spec => Instance.Spec;

    /// <summary>Whether the answer to a row was found not to depend on the rows it comes with.</summary>
    public bool RowsStandAlone { get; }

    /// <summary>How rows of named fields become inputs; null for a model that rows cannot fill.</summary>
    public FieldPlan? Plan { get; }

    public RequestFault? PlanFault { get; }

    /// <summary>Null when nothing is known of the data it was made from.</summary>
    public VersionFields? Fields => fields;

    /// <summary>Null when none are kept on this node, or this version gives other ones each time.</summary>
    public VersionAnswers? Answers { get; init; }

    /// <summary>As the control plane tells what its fields were in the data it was made from.</summary>
    public FieldProfile[]? FieldProfiles => profiles;

    public VersionCounts Counts { get; } = new();

    public VersionCounts Explanations { get; } = new();

    public VersionStatistics Statistics { get; } = new();

    /// <summary>Runs of the model for requests; one may answer several.</summary>
    public Total Runs => new(times.Total.Count - warmUp.Count, times.Total.Nanoseconds - warmUp.Nanoseconds);

    public int InFlight => Volatile.Read(ref inFlight);

    public long MemoryBytes => IsAsleep ? 0 : Instance.MemoryBytes;

    /// <summary>Not in memory any more: what is known of it stays, a request has to wait for its successor.</summary>
    public bool IsAsleep => Volatile.Read(ref asleep) != 0;

    /// <summary>Since when nobody uses it; zero while somebody does.</summary>
    public TimeSpan Idle => InFlight > 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref lastUsed));

    /// <summary>Takes over what may change while it serves. Called by one thread at a time.</summary>
    public void Follow(Assignment now)
    {
        rules = now.Rules ?? [];
        if (VersionFields.AreSame(profiles, now.Fields))
            return;
        profiles = now.Fields;
        fields = VersionFields.Of(Plan, profiles);
    }

    /// <summary>What the endpoint that a request came for wants; null when it wants nothing, or the request came past endpoints.</summary>
    public NodeRules? RulesOf(HttpContext context)
    {
        var all = rules;
        // Most versions have none: nothing is looked up then.
        if (all.Length == 0 || context.Request.Headers[EnvironmentHeader] is not [{ } environment])
            return null;
        foreach (var one in all)
            if (one.Environment == environment)
                return one;
        return null;
    }

    /// <returns>false when somebody uses it; else it is unloaded</returns>
    public bool TrySleep()
    {
        // A request counts itself first and looks then; here it is the other way round: one of the two sees the other.
        Interlocked.Exchange(ref asleep, 1);
        if (InFlight > 0)
        {
            Volatile.Write(ref asleep, 0);
            return false;
        }
        while (slots.TryTake(out var slot))
            slot.Dispose();
        Answers?.Close();
        Unloading = Instance.DisposeAsync().AsTask();
        return true;
    }

    /// <summary>Ends when the runtime has let go of what was put to sleep.</summary>
    public Task Unloading { get; private set; } = Task.CompletedTask;

    /// <returns>false when as many requests as allowed are in work or waiting</returns>
    public bool TryEnter(int most)
    {
        if (Interlocked.Increment(ref inFlight) <= most)
            return true;
        Interlocked.Decrement(ref inFlight);
        return false;
    }

    public void Leave()
    {
        Volatile.Write(ref lastUsed, Environment.TickCount64);
        Interlocked.Decrement(ref inFlight);
    }

    public Slot Rent()
    {
        var slot = slots.TryTake(out var kept) ? kept : new Slot(Spec, Instance.NewRun());
        slot.Came = Stopwatch.GetTimestamp();
        return slot;
    }

    /// <summary>Counts what came of the request in the slot.</summary>
    /// <param name="status">that was answered, in the terms of HTTP</param>
    public void Finish(Slot slot, int status)
    {
        Counts.Add(status);
        if (status < 400)
            Statistics.Answered(slot.Came, slot.ReadAt, slot.RanAt, slot.Rows);
        else
            Statistics.Refused(slot.Came);
    }

    public void Return(Slot slot)
    {
        // A run that could not be stopped still reads the memory of the slot.
        if (!Lanes.LetGo(slot))
            return;
        slot.Empty();
        slots.Add(slot);
    }

    /// <summary>Runs what the slot holds on this thread, if that will be short.</summary>
    /// <exception cref="RunException">it failed or was stopped at the limit</exception>
    public bool TryRun(Slot slot, TimeSpan limit)
    {
        var bytes = slot.Request.InputBytes;
        if (!Instance.RunsOnCallersThread || Instance.IsOpenEnded || times.Expect(bytes) > Short)
            return false;
        var started = Stopwatch.GetTimestamp();
        slot.Run.ExecuteAsync(limit, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        slot.RanAt = Stopwatch.GetTimestamp();
        times.Saw(bytes, Stopwatch.GetElapsedTime(started, slot.RanAt));
        return true;
    }

    /// <summary>Runs what the slot holds: here if that will be short, else in line for a thread of its own.</summary>
    /// <exception cref="RunException">it failed, was stopped at the limit, or got no turn within it</exception>
    public ValueTask RunAsync(Slot slot, TimeSpan limit, CancellationToken ct)
    {
        if (!Instance.RunsOnCallersThread)
            return RunElsewhereAsync(slot, limit, ct);
        return TryRun(slot, limit) ? ValueTask.CompletedTask : Lanes.RunAsync(slot, limit, ct);
    }

    private async ValueTask RunElsewhereAsync(Slot slot, TimeSpan limit, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        await slot.Run.ExecuteAsync(limit, ct);
        times.Saw(slot.Request.InputBytes, Stopwatch.GetElapsedTime(started));
    }

    public async ValueTask DisposeAsync()
    {
        await Unloading;
        if (!IsAsleep)
            await Instance.DisposeAsync();
        Answers?.Close();
        foreach (var slot in slots)
            slot.Dispose();
    }
}
