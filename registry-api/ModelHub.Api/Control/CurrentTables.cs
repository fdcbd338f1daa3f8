namespace ModelHub.Api.Control;

/// <summary>The tables this process knows last, and a signal for every stream when they change.</summary>
internal sealed class CurrentTables
{
    private readonly Lock gate = new();
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ControlTables current = ControlTables.None;

    /// <summary>The tables, and a task that ends with the next change of them.</summary>
    public (ControlTables Tables, Task Changed) Read()
    {
        lock (gate)
            return (current, changed.Task);
    }

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
