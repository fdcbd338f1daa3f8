using ModelHub.Api.Configuration;

namespace ModelHub.Api.Artifacts;

/// <summary>Collects as often as the operator wants; several processes may, each step is done by one.</summary>
internal sealed partial class CollectByTime(CollectArtifacts collect, ApiOptions options, TimeProvider time, ILogger<CollectByTime> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Store.CollectEvery == TimeSpan.Zero)
            return;
        using var timer = new PeriodicTimer(options.Store.CollectEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is IOException or ArtifactStoreException || Outage.Is(e))
            {
                LogFailed(log, e);
            }
        }
    }

    private async Task RunAsync(CancellationToken ct)
    {
        string? next = null;
        do
        {
            var step = await collect.StepAsync(next, options.Store.Grace, dryRun: false, Actor.System("artifacts"), ct);
            var bytes = step.Unreferenced.Sum(one => one.Size);
            if (step.Unreferenced.Count > 0)
                LogCollected(log, step.Unreferenced.Count, bytes);
            next = step.Next;
        }
        while (next is not null);
        await collect.ForgetWantsAsync(options.Store.Grace, ct);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed {Count} artifacts that nothing refers to, {Bytes} bytes")]
    private static partial void LogCollected(ILogger log, int count, long bytes);

    [LoggerMessage(Level = LogLevel.Error, Message = "Could not collect artifacts; the next round tries again")]
    private static partial void LogFailed(ILogger log, Exception e);
}
