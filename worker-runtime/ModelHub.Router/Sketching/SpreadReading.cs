namespace ModelHub.Router.Sketching;

/// <summary>
/// Ten times a second, deals out among the variants what of their traffic is looked into, by what came since the last time: a burst after quiet is thinned
/// from its second tenth on.
/// </summary>
internal sealed class SpreadReading(TrafficSketches sketches, RouterOptions options, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var tenth = new PeriodicTimer(Length, time);
        var last = time.GetTimestamp();
        try
        {
            while (await tenth.WaitForNextTickAsync(stoppingToken))
            {
                var now = time.GetTimestamp();
                // Ticks that come late come together.
                if (time.GetElapsedTime(last, now) < Length / 2)
                    continue;
                Spread(sketches.All, options.SketchedBytes, time.GetElapsedTime(last, now).TotalSeconds);
                last = now;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The router ends.
        }
    }

    /// <param name="budget">bytes a second</param>
    /// <param name="seconds">since the last time</param>
    public static void Spread(IReadOnlyList<VariantSketch> all, long budget, double seconds)
    {
        var shares = ReadingShare.Of([.. all.Select(sketch => sketch.TakeOffered(seconds))], budget);
        for (var i = 0; i < shares.Length; i++)
            all[i].Share = shares[i];
    }
}
