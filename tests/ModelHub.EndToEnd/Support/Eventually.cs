using System.Diagnostics;

namespace ModelHub.EndToEnd.Support;

/// <summary>Waiting for a condition, with a bound.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static async Task<T> GetAsync<T>(string what, Func<Task<T?>> look, TimeSpan limit, CancellationToken ct) where T : class
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < limit)
        {
            if (await look() is { } found)
                return found;
            await Task.Delay(Pause, ct);
        }
        throw new TimeoutException($"Not within {limit}: {what}.");
    }

    public static Task HoldsAsync(string what, Func<Task<bool>> look, TimeSpan limit, CancellationToken ct) =>
        GetAsync(what, async () => await look() ? what : null, limit, ct);
}
