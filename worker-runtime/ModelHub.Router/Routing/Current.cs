namespace ModelHub.Router.Routing;

/// <summary>A table in force: one volatile reference, swapped whole, and a signal for those who wait for the next.</summary>
internal sealed class Current<T>(T first)
    where T : class
{
    private volatile Held held = new(first);

    public T Value
    {
        get => held.Value;
        set
        {
            var last = held;
            held = new Held(value);
            last.Replaced.SetResult();
        }
    }

    /// <summary>The table, and a task that ends when it is replaced.</summary>
    public (T Value, Task Replaced) Read()
    {
        var now = held;
        return (now.Value, now.Replaced.Task);
    }

    private sealed record Held(T Value)
    {
        public TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
