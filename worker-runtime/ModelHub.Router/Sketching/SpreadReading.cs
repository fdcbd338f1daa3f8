namespace ModelHub.Router.Sketching;

/// <summary>Every second, deals out among the variants what of their traffic is looked into, by what the last second brought.</summary>
internal sealed class SpreadReading(TrafficSketches sketches, RouterOptions options, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await second.WaitForNextTickAsync(stoppingToken))
                Spread(sketches.All, options.SketchedBytes);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The router ends.
        }
    }

    public static void Spread(IReadOnlyList<VariantSketch> all, long budget)
    {
        var shares = ReadingShare.Of([.. all.Select(sketch => sketch.TakeOffered())], budget);
        for (var i = 0; i < shares.Length; i++)
            all[i].Share = shares[i];
    }
}
