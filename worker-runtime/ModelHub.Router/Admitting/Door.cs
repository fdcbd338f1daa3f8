using System.Diagnostics;
using ModelHub.Protocol;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Limiting;
using ModelHub.Router.Routing;

namespace ModelHub.Router.Admitting;

/// <summary>Lets in who the access table names for this environment and model, as often as the key's rate allows.</summary>
internal sealed class Door(TimeProvider time)
{
    // A token is shown to its owner when it is stored, and is told to routers right after that.
    private static readonly TimeSpan NewsTime = TimeSpan.FromMilliseconds(750);
    private const int MostWaiting = 64;

    private readonly Current<AccessTable> current = new(AccessTable.Empty);
    private readonly RateBuckets<string> limits = new();
    private int waiting;

    public AccessTable Table => current.Value;

    public void Replace(AccessTable table)
    {
        foreach (var key in table.Keys)
            limits.Of(key.Id, key.Limit);
        limits.Keep(table.Keys.Select(k => k.Id).ToHashSet());
        current.Value = table;
    }

    /// <param name="key">the caller's, when it is let in</param>
    public AccessVerdict Judge(string? authorization, in RequestPath path, out AccessKey? key)
    {
        var verdict = Table.Find(authorization, time.GetUtcNow(), out key);
        return verdict != AccessVerdict.Granted ? verdict
            : AccessTable.MayCall(key!, path.Model, path.Environment) ? AccessVerdict.Granted
            : AccessVerdict.Denied;
    }

    public bool IsGood(string? authorization) => Table.Find(authorization, time.GetUtcNow(), out _) == AccessVerdict.Granted;

    public bool IsUnheard(string? authorization) => Table.Find(authorization, time.GetUtcNow(), out _) == AccessVerdict.Unheard;

    /// <returns>seconds until the next request of this key, 0 to go on</returns>
    public double Take(AccessKey key) => key.Limit is null ? 0 : limits.Find(key.Id)?.Take(Stopwatch.GetTimestamp()) ?? 0;

    /// <summary>
    /// Waits for the table that may name a key nobody told us of yet. Only few wait at once, so that made-up keys cost those
    /// who make them up their time and nobody else anything.
    /// </summary>
    public async Task HearAsync(string? authorization, CancellationToken ct)
    {
        if (Interlocked.Increment(ref waiting) <= MostWaiting)
        {
            var until = Deadline();
            while (true)
            {
                var (table, replaced) = current.Read();
                var left = until - Stopwatch.GetTimestamp();
                if (left <= 0 || table.Find(authorization, time.GetUtcNow(), out _) != AccessVerdict.Unheard)
                    break;
                await replaced.WaitAsync(Stopwatch.GetElapsedTime(0, left), ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (ct.IsCancellationRequested)
                    break;
            }
        }
        Interlocked.Decrement(ref waiting);
    }

    private static long Deadline() => Stopwatch.GetTimestamp() + (long)(NewsTime.TotalSeconds * Stopwatch.Frequency);
}
