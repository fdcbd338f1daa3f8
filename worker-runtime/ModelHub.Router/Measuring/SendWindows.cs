using ModelHub.Protocol;
using ModelHub.Router.Control;
using ModelHub.Router.Routing;

namespace ModelHub.Router.Measuring;

/// <summary>
/// Each second, and twice a second while a canary is tried out, what was counted goes up the control stream as one window, also
/// when that is nothing: a window that is missing was lost. While the API is away they wait here. While a canary is tried out, one that holds many errors
/// ends early.
/// Who is much slower than its peers is passed over.
/// </summary>
internal sealed partial class SendWindows(
    Targets targets, Outliers outliers, Unrest unrest, Current<RoutingTable> table, StayLinked link, Losses losses, TimeProvider time, ILogger<SendWindows> log) : BackgroundService
{
    /// <summary>After an outage others must not wait long behind these, and these be told soon: a minute's worth each second.</summary>
    private const int MostAhead = 64;

    /// <summary>Of slots of latency and so much for the rest of a measurement, all together; with three variants on nodes of their own an hour of being away.</summary>
    private const int MostSlots = 2_000_000;
    private const int Rest = 20;

    /// <summary>What is told at once was not held.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WithCanary = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(150);

    private readonly Untold<Measurements> untold = new(time, MostSlots, SizeOf, _ => losses.Window());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var teller = new Teller<Measurements>(untold, link, time, MostAhead, Held);
        var start = time.GetUtcNow();
        using var timer = new PeriodicTimer(Length, time);
        var tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        while (true)
        {
            await Task.WhenAny(tick, unrest.Raised);
            stoppingToken.ThrowIfCancellationRequested();
            if (!tick.IsCompleted && !await IsToEndAsync(start, stoppingToken))
                continue;
            start = Take(start);
            teller.Tell();
            var (early, next) = (!tick.IsCompleted, table.Value.HasCanary ? WithCanary : Length);
            // Set anew, a period begins now.
            if (early || timer.Period != next)
                timer.Period = next;
            if (!early)
                tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        }
    }

    /// <summary>Whether the window that began then had better be told before its time; waits until it is not too short.</summary>
    private async Task<bool> IsToEndAsync(DateTimeOffset start, CancellationToken ct)
    {
        unrest.Calm();
        if (!table.Value.HasCanary)
            return false;
        if (start + Least - time.GetUtcNow() is { } left && left > TimeSpan.Zero)
            await Task.Delay(left, time, ct);
        return true;
    }

    /// <returns>when the next window begins</returns>
    private DateTimeOffset Take(DateTimeOffset start)
    {
        var end = time.GetUtcNow();
        var items = targets.Take();
        untold.Add(new Measurements(new Window(start, Math.Max(0, (end - start).TotalSeconds)), [.. items.Select(i => i.Measurement)]));
        foreach (var slow in outliers.Judge(items))
            if (slow.Health.Bad(Forwarding.Fault.Slow, Environment.TickCount64))
                PassedOver(slow.Node.Address, slow.Meter.Version);
        return end;
    }

    private static Measurements Held(Measurements window, TimeSpan waited) => waited < AtOnce ? window : window with { Held = waited.TotalSeconds };

    private static int SizeOf(Measurements window) => Rest + window.Items.Sum(item => item.Latency.Counts.Length + Rest);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Passed over for being slow: node {Address}, version {Version}")]
    private partial void PassedOver(string address, Guid version);
}
