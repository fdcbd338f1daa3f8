namespace ModelHub.Router.Measuring;

/// <summary>Says that a variant failed many requests since the last window, so that whoever tells windows need not wait for the end of this one.</summary>
internal sealed class Unrest
{
    /// <summary>Of one variant on one node. What is judged by five in a hundred is beyond doubt with about a dozen of forty.</summary>
    public const int Many = 12;

    private TaskCompletionSource raised = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the first word since <see cref="Calm"/>.</summary>
    public Task Raised => Volatile.Read(ref raised).Task;

    public void Raise() => Volatile.Read(ref raised).TrySetResult();

    /// <summary>Called by whoever told the window.</summary>
    public void Calm()
    {
        if (Raised.IsCompleted)
            Volatile.Write(ref raised, new(TaskCreationOptions.RunContinuationsAsynchronously));
    }
}
