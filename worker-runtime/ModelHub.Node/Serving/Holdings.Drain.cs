using System.Diagnostics;
using ModelHub.Protocol;

namespace ModelHub.Node.Serving;

/// <summary>The way out: a version no longer assigned answers on for a while, is let finish what it has in work, and is unloaded.</summary>
internal sealed partial class Holdings
{
    private void Release(Holding holding, CancellationToken ct)
    {
        if (holding.Loaded is null)
        {
            Forget(holding);
            return;
        }
        holding.State = PlacementState.Draining;
        holding.Drain = CancellationTokenSource.CreateLinkedTokenSource(ct);
        holding.Work = Task.Run(() => DrainAsync(holding, holding.Loaded, holding.Drain.Token), ct);
    }

    private async Task DrainAsync(Holding holding, LoadedVersion loaded, CancellationToken wantedAgain)
    {
        Changed?.Invoke();
        try
        {
            await Task.Delay(options.DrainTime, time, wantedAgain);
        }
        catch (OperationCanceledException)
        {
            lock (gate)
                (holding.State, holding.Work, holding.Drain) = (PlacementState.Ready, null, null);
            Changed?.Invoke();
            return;
        }
        models.Remove(loaded);
        var patience = Stopwatch.StartNew();
        while (loaded.InFlight > 0 && patience.Elapsed < options.RunTime)
            await Task.Delay(10, CancellationToken.None);
        await loaded.DisposeAsync();
        lock (gate)
            Forget(holding);
        Unloaded(holding.Assignment.Model, holding.Assignment.Version);
        Changed?.Invoke();
        wake.Release();
    }

    private void Forget(Holding holding)
    {
        held.Remove(holding.Assignment.VersionId);
        artifacts.Keep(held.Values.Select(h => h.Assignment.Digest).Concat(wanted?.Items.Select(i => i.Digest) ?? []));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Model} version {Version} is unloaded")]
    private partial void Unloaded(string model, int version);
}
