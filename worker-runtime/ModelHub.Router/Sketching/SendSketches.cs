using ModelHub.Protocol;
using ModelHub.Router.Control;

namespace ModelHub.Router.Sketching;

/// <summary>
/// Every five seconds, or as often as is set, what was counted of all traffic goes up the control stream; aligned to the clock, as windows are. While that is
/// away it waits here.
/// </summary>
internal sealed class SendSketches(TrafficSketches sketches, StayLinked link, Losses losses, RouterOptions options, TimeProvider time) : BackgroundService
{
    /// <summary>Other messages must not wait long behind these.</summary>
    private const int MostAhead = 8;

    /// <summary>Of columns of all sketches together; at 100 columns and two variants an hour of being away.</summary>
    private const int MostColumns = 200_000;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly Untold<Sketches> untold = new(time, MostColumns, SizeOf, lost => losses.Sketch(lost.Items.Length));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var teller = new Teller<Sketches>(untold, link, time, MostAhead);
        for (var start = time.GetUtcNow(); !stoppingToken.IsCancellationRequested;)
        {
            for (var rest = ToNext(start); rest > TimeSpan.Zero && !stoppingToken.IsCancellationRequested; rest -= Look)
            {
                await Task.Delay(rest < Look ? rest : Look, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                teller.Tell();
            }
            var end = time.GetUtcNow();
            foreach (var message in Messages(new Window(start, Math.Max(0, (end - start).TotalSeconds)), sketches.Take()))
                untold.Add(message);
            teller.Tell();
            start = end;
        }
    }

    internal static int SizeOf(Sketches message) => message.Items.Sum(item => item.Columns.Length + 10);

    private TimeSpan ToNext(DateTimeOffset now) => options.SketchTime - TimeSpan.FromTicks(now.UtcTicks % options.SketchTime.Ticks);

    /// <summary>As many as keep each within what one message may hold.</summary>
    private static IEnumerable<Sketches> Messages(Window window, IReadOnlyList<Sketch> taken)
    {
        var (part, columns) = (new List<Sketch>(), 0);
        foreach (var sketch in taken)
        {
            if (part.Count > 0 && columns + sketch.Columns.Length > Sketches.MostColumns)
            {
                yield return new Sketches(window, [.. part]);
                (part, columns) = ([], 0);
            }
            part.Add(sketch);
            columns += sketch.Columns.Length + 1;
        }
        if (part.Count > 0)
            yield return new Sketches(window, [.. part]);
    }
}
