using System.Diagnostics;

namespace ModelHub.Benchmarks;

/// <summary>What a closed loop of callers saw.</summary>
/// <param name="PerSecond">Finished operations per second of wall clock.</param>
/// <param name="P50">Median latency, milliseconds.</param>
/// <param name="P99">99th percentile of latency, milliseconds.</param>
/// <param name="Failed">Operations that threw or were answered wrongly.</param>
internal sealed record Measured(double PerSecond, double P50, double P99, long Failed);

internal static class Load
{
    /// <summary><paramref name="callers"/> callers repeat <paramref name="operation"/> for <paramref name="time"/> after a warm-up of a quarter of it.</summary>
    public static async Task<Measured> RunAsync(int callers, TimeSpan time, Func<int, CancellationToken, Task<bool>> operation, CancellationToken ct)
    {
        await LoopsAsync(callers, time / 4, operation, ct);
        var clock = Stopwatch.StartNew();
        var results = await LoopsAsync(callers, time, operation, ct);
        var seconds = clock.Elapsed.TotalSeconds;
        var sorted = results.SelectMany(result => result.Milliseconds).Order().ToArray();
        return new(sorted.Length / seconds, Percentile(sorted, 0.5), Percentile(sorted, 0.99), results.Sum(result => result.Failed));
    }

    /// <summary>Nearest-rank percentile of sorted values.</summary>
    public static double Percentile(double[] sorted, double share) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];

    private static async Task<(List<double> Milliseconds, long Failed)[]> LoopsAsync(int callers, TimeSpan time, Func<int, CancellationToken, Task<bool>> operation, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        var counter = 0;
        return await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(Loop, ct)));

        async Task<(List<double>, long)> Loop()
        {
            var milliseconds = new List<double>();
            var failed = 0L;
            while (clock.Elapsed < time)
            {
                var started = Stopwatch.GetTimestamp();
                var held = await operation(Interlocked.Increment(ref counter), ct);
                milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                if (!held)
                    failed++;
            }
            return (milliseconds, failed);
        }
    }
}
