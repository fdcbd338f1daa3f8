using System.Runtime.InteropServices;

namespace ModelHub.Cli.Terminal;

/// <summary>Turns Ctrl-C, SIGTERM and a closed terminal into one cancellation, so that everything is stopped in order.</summary>
internal sealed class Termination : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly List<PosixSignalRegistration> registrations = [];

    private Termination(CancellationToken ct)
    {
        source = CancellationTokenSource.CreateLinkedTokenSource(ct);
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
            registrations.Add(PosixSignalRegistration.Create(signal, Stop));
    }

    public CancellationToken Token => source.Token;

    public static Termination Watch(CancellationToken ct) => new(ct);

    /// <summary>Ends when a stop was asked for.</summary>
    public async Task RequestedAsync()
    {
        var asked = new TaskCompletionSource();
        await using var registration = Token.Register(asked.SetResult);
        await asked.Task;
    }

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        source.Cancel();
    }
}
