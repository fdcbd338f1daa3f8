using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using ModelHub.Api.Metrics;
using ModelHub.Database.Rollouts;
using ModelHub.Protocol;

namespace ModelHub.Api.Rollouts;

/// <summary>
/// Windows of traffic on their way to the database. Taking one never waits: when the database cannot keep up, windows are dropped
/// and counted, and what is judged by them finds a gap, which never passes.
/// </summary>
internal sealed class WindowQueue
{
    private const int Most = 4_096;

    /// <summary>Half a day, in seconds.</summary>
    private const double MostHeld = 43_200;

    private static readonly Counter<long> Lost = ApiMeter.Meter.CreateCounter<long>("modelhub.api.windows.dropped", description: "Windows of traffic that were not stored.");

    private readonly Channel<(long At, Guid Router, Measurements Window)> waiting = Channel.CreateBounded<(long, Guid, Measurements)>(
        new BoundedChannelOptions(Most) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }, _ => Lost.Add(1));

    // From the start, so that who scrapes sees the first of them as a rise from zero.
    static WindowQueue() => Lost.Add(0);

    /// <exception cref="ProtocolException">held for no time there is</exception>
    public void Offer(Guid router, Measurements window)
    {
        if (!(window.Held is >= 0 and <= 1e9))
            throw new ProtocolException("A window is held for zero or more seconds.");
        // Nobody judges by what is so old, and its day may be gone.
        if (window.Held > MostHeld)
            Lost.Add(1);
        else
            waiting.Writer.TryWrite((Stopwatch.GetTimestamp(), router, window));
    }

    public static void Drop(int windows) => Lost.Add(windows);

    /// <summary>What has come, at most so many; waits for the first.</summary>
    public async Task<IReadOnlyList<(long At, Guid Router, Measurements Window)>> TakeAsync(int most, CancellationToken ct)
    {
        await waiting.Reader.WaitToReadAsync(ct);
        var taken = new List<(long, Guid, Measurements)>();
        while (taken.Count < most && waiting.Reader.TryRead(out var next))
            taken.Add(next);
        return taken;
    }

    /// <summary>A window as it is stored: nodes taken together, and how long ago it was told.</summary>
    public static ToldWindow Tell((long At, Guid Router, Measurements Window) taken) => new(
        taken.Router, taken.Window.Window.Start, taken.Window.Window.Seconds, Stopwatch.GetElapsedTime(taken.At) + TimeSpan.FromSeconds(taken.Window.Held),
        [.. taken.Window.Items.GroupBy(item => (item.EndpointId, item.VariantId, item.VersionId)).Select(group => Sum(group.Key, [.. group]))]);

    private static VariantWindow Sum((Guid Endpoint, Guid Variant, Guid Version) of, IReadOnlyList<Measurement> items)
    {
        var errors = items.Aggregate(Errors.None, (sum, item) => Errors.Plus(sum, item.Errors));
        var latency = items.Aggregate(LatencySketch.Empty, (sum, item) => sum.Merge(item.Latency));
        return new(
            of.Endpoint, of.Variant, of.Version, items.Sum(item => item.Requests), errors.Refused, errors.Overloaded, errors.Unavailable, errors.TimedOut, errors.Failed,
            items.Sum(item => item.Dropped), new LatencyCounts(latency.Offset, latency.Counts));
    }
}
