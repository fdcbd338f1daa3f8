using ModelHub.Protocol;
using ModelHub.Router.Control;
using ModelHub.Router.Routing;

namespace ModelHub.Router.Measuring;

/// <summary>
/// Each second, and twice a second while a canary is tried out, what was counted goes up the control stream as one window, also
/// when that is nothing: a window that is missing was lost. Who is much slower than its peers is passed over.
/// </summary>
internal sealed partial class SendWindows(
    Targets targets, Outliers outliers, Current<RoutingTable> table, StayLinked link, TimeProvider time, ILogger<SendWindows> log) : BackgroundService
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WithCanary = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var start = time.GetUtcNow();
        using var timer = new PeriodicTimer(Length, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var end = time.GetUtcNow();
            var items = targets.Take();
            var next = table.Value.HasCanary ? WithCanary : Length;
            if (timer.Period != next)
                timer.Period = next;
            link.Send(new Measurements(new Window(start, Math.Max(0, (end - start).TotalSeconds)), [.. items.Select(i => i.Measurement)]));
            foreach (var slow in outliers.Judge(items))
                if (slow.Health.Bad(Forwarding.Fault.Slow, Environment.TickCount64))
                    PassedOver(slow.Node.Address, slow.Meter.Version);
            start = end;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Passed over for being slow: node {Address}, version {Version}")]
    private partial void PassedOver(string address, Guid version);
}
