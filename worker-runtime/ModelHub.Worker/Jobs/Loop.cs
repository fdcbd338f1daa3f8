using ModelHub.Database.Events;

namespace ModelHub.Worker.Jobs;

/// <summary>
/// Runs a step whenever something changed in the database, and once a second anyway. A step that throws is logged and
/// tried again after a pause that grows to 10 seconds; any line of it may be the last one of this process.
/// </summary>
internal abstract partial class Loop(Changes changes, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    /// <returns>True when there is more to do at once.</returns>
    protected abstract Task<bool> RunOnceAsync(CancellationToken ct);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            var seen = changes.Count;
            try
            {
                var more = await RunOnceAsync(stoppingToken);
                failures = 0;
                if (!more) await changes.WaitAsync(seen, Tick, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogFailed(failure, GetType().Name);
                await Task.Delay(TimeSpan.FromSeconds(Math.Min(10, Math.Pow(2, failures++) * 0.2)), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Loop} failed and will be tried again")]
    private partial void LogFailed(Exception failure, string loop);
}
