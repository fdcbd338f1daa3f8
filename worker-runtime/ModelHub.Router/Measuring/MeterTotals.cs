using ModelHub.Protocol;

namespace ModelHub.Router.Measuring;

/// <summary>Sums of windows, for <c>/metrics</c>. Replaced whole, so that a reader sees one state.</summary>
internal sealed class MeterTotals
{
    private volatile Sums sums = new(0, Errors.None, LatencySketch.Empty, 0);

    public long Requests => sums.Requests;

    public Errors Errors => sums.Errors;

    public LatencySketch Latency => sums.Latency;

    public long Dropped => sums.Dropped;

    /// <summary>Called by one thread.</summary>
    public void Add(Measurement window)
    {
        var was = sums;
        sums = new Sums(was.Requests + window.Requests, Errors.Plus(was.Errors, window.Errors), was.Latency.Merge(window.Latency), was.Dropped + window.Dropped);
    }

    private sealed record Sums(long Requests, Errors Errors, LatencySketch Latency, long Dropped);
}
