using System.Diagnostics;
using ModelHub.Cli.Terminal;

namespace ModelHub.Cli;

/// <summary>Looking again and again until something has come true.</summary>
internal static class Waiting
{
    private static readonly TimeSpan shortest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan longest = TimeSpan.FromSeconds(1);

    /// <summary>What <paramref name="look"/> found; null when the bound passed first. The bar shows how much of the time is gone.</summary>
    public static async Task<T?> UntilAsync<T>(Screen screen, string title, TimeSpan bound, Func<Task<T?>> look, CancellationToken ct) where T : class
    {
        using var bar = new ProgressBar(screen, title);
        return await UntilAsync(bound, look, clock => bar.Report(clock / bound, $"{clock.TotalSeconds:0} s"), ct);
    }

    /// <summary>The same with <paramref name="report"/> told the time that is gone, for what can tell more than that.</summary>
    public static async Task<T?> UntilAsync<T>(TimeSpan bound, Func<Task<T?>> look, Action<TimeSpan> report, CancellationToken ct) where T : class
    {
        var clock = Stopwatch.StartNew();
        var pause = shortest;
        while (true)
        {
            if (await look() is { } found)
                return found;
            if (clock.Elapsed + pause > bound)
                return null;
            report(clock.Elapsed);
            await Task.Delay(pause, ct);
            pause = pause * 1.3 < longest ? pause * 1.3 : longest;
        }
    }
}
