namespace ModelHub.Api.Artifacts;

/// <summary>Each minute: uploads that were abandoned go.</summary>
internal sealed partial class ExpireUploads(Uploads uploads, TimeProvider time, ILogger<ExpireUploads> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
        do
        {
            try
            {
                if (uploads.Expire() is > 0 and var count)
                    LogExpired(log, count);
            }
            catch (IOException e)
            {
                LogFailed(log, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed {Count} abandoned uploads")]
    private static partial void LogExpired(ILogger log, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Could not remove abandoned uploads")]
    private static partial void LogFailed(ILogger log, Exception e);
}
