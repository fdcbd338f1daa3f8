using System.Diagnostics;
using ModelHub.Database.Events;

namespace ModelHub.Api.Hooks;

/// <summary>Requests that wait for something to come true: bounded in number and in time, woken by changes.</summary>
internal sealed class Waiters
{
    public const int MostSeconds = 60;
    private const int MostAtOnce = 500;

    /// <summary>It looks this often without a change.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    private int waiting;

    public static IResult? Check(int? wait) => wait is null or (>= 0 and <= MostSeconds) ? null : Problem.Invalid("wait", $"0 to {MostSeconds} seconds");

    /// <summary>False when as many wait as may: the caller is told to come again.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref waiting) <= MostAtOnce)
            return true;
        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref waiting);

    /// <summary>What <paramref name="read"/> gives once it is <paramref name="settled"/> or the time is over; null when it is not there. Without a free place it does not wait.</summary>
    public async Task<T?> UntilAsync<T>(int seconds, Func<Task<T?>> read, Predicate<T> settled, Changes changes, CancellationToken ct)
        where T : class
    {
        if (seconds == 0 || !TryEnter())
            return await read();
        try
        {
            var clock = Stopwatch.StartNew();
            var bound = TimeSpan.FromSeconds(seconds);
            while (true)
            {
                var seen = changes.Count;
                var now = await read();
                var left = bound - clock.Elapsed;
                if (now is null || settled(now) || left <= TimeSpan.Zero)
                    return now;
                await changes.WaitAsync(seen, left < Look ? left : Look, ct);
            }
        }
        finally
        {
            Leave();
        }
    }
}
