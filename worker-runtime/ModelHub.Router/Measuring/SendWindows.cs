using ModelHub.Protocol;
using ModelHub.Router.Control;

namespace ModelHub.Router.Measuring;

/// <summary>Each second, what was counted goes up the control stream as one window.</summary>
internal sealed class SendWindows(Meters meters, StayLinked link, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var start = time.GetUtcNow();
        using var timer = new PeriodicTimer(Length, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var end = time.GetUtcNow();
            var items = meters.Take();
            if (items.Length > 0)
                link.Send(new Measurements(new Window(start, (end - start).TotalSeconds), items));
            start = end;
        }
    }
}
