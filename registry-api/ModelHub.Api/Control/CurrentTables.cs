namespace ModelHub.Api.Control;

/// <summary>The tables this process knows last, and a signal for every stream when they change.</summary>
internal sealed class CurrentTables(TimeProvider time)
{
    /// <summary>They are looked for each second.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Lock gate = new();
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ControlTables current = ControlTables.None;
    private long lookedAt = long.MinValue;

    /// <summary>Whether the database told what is wanted a moment ago; if it is away, nobody judges anything either.</summary>
    public bool Sees => Interlocked.Read(ref lookedAt) is var at and not long.MinValue && time.GetElapsedTime(at) < Patience;

    /// <summary>The tables, and a task that ends with the next change of them.</summary>
    public (ControlTables Tables, Task Changed) Read()
    {
        lock (gate)
            return (current, changed.Task);
    }

    /// <summary>What is published is what the database wants now.</summary>
    public void Looked() => Interlocked.Exchange(ref lookedAt, time.GetTimestamp());

    public void Publish(ControlTables tables)
    {
        TaskCompletionSource ended;
        lock (gate)
        {
            current = tables;
            (ended, changed) = (changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        ended.SetResult();
    }
}
