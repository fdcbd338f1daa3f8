namespace ModelHub.Tests.Sockets;

internal static class WaitForToken
{
    /// <summary>Ends when the token is cancelled.</summary>
    public static Task WaitHandleAsync(this CancellationToken token)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        token.UnsafeRegister(static ended => ((TaskCompletionSource)ended!).TrySetResult(), ended);
        return ended.Task;
    }
}
