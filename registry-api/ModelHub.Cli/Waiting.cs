using System.Diagnostics;
using ModelHub.Cli.Terminal;

namespace ModelHub.Cli;

/// <summary>Looking again and again until something has come true.</summary>
internal static class Waiting
{
    private static readonly TimeSpan shortest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan longest = TimeSpan.FromSeconds(1);

    /// <summary>What <paramref name="look"/> found; null when the bound passed first.</summary>
    public static async Task<T?> UntilAsync<T>(Screen screen, string title, TimeSpan bound, Func<Task<T?>> look, CancellationToken ct) where T : class
    {
        using var bar = new ProgressBar(screen, title);
        var clock = Stopwatch.StartNew();
        var pause = shortest;
        while (true)
        {
            if (await look() is { } found)
                return found;
            if (clock.Elapsed + pause > bound)
                return null;
            bar.Report(clock.Elapsed / bound, $"{clock.Elapsed.TotalSeconds:0} s");
            await Task.Delay(pause, ct);
            pause = pause * 1.3 < longest ? pause * 1.3 : longest;
        }
    }
}
