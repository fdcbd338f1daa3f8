using ModelHub.Router.Routing;

namespace ModelHub.Router.Control;

/// <summary>
/// Without the control stream, or with an API that has lost its database, a router serves on with the table it has, but for versions that are tried out:
/// whoever judges them cannot see them here, nor take back what they have. After a while the primary answers everything, until the API has told a table anew.
/// </summary>
internal sealed partial class EndTrials(StayLinked link, InForce inForce, RouterOptions options, TimeProvider time, ILogger<EndTrials> log) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (upUntil, taken) = (time.GetTimestamp(), inForce.Taken);
        using var timer = new PeriodicTimer(Look, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = inForce.Taken;
            if (link.IsSeen || now != taken)
                (upUntil, taken) = (time.GetTimestamp(), now);
            else if (time.GetElapsedTime(upUntil) >= options.TrialTime && inForce.EndTrials(taken) is var ended and > 0)
                LogEnded(ended, options.TrialTime);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Nobody has watched for {Time}: {Versions} versions that were tried out are asked no more")]
    private partial void LogEnded(int versions, TimeSpan time);
}
