using ModelHub.Protocol;

namespace ModelHub.Router.Measuring;

/// <summary>Counts of one variant on one node since the last look. Adding takes no lock.</summary>
internal sealed class Meter(Guid endpoint, Guid variant, Guid version, Guid node)
{
    private readonly long[] buckets = new long[LatencySketch.Buckets];
    private long requests;
    private long refused;
    private long overloaded;
    private long unavailable;
    private long timedOut;
    private long failed;

    /// <summary>Since the router started.</summary>
    public long Requests => Volatile.Read(ref requests) + taken;

    /// <summary>Since the router started.</summary>
    public long Failures { get; private set; }

    public Guid Version => version;

    private long taken;

    public void Add(int status, double microseconds)
    {
        Interlocked.Increment(ref requests);
        Interlocked.Increment(ref buckets[LatencySketch.Bucket(microseconds)]);
        switch (status)
        {
            case < 400:
                break;
            case 429:
                Interlocked.Increment(ref overloaded);
                break;
            case < 500:
                Interlocked.Increment(ref refused);
                break;
            case 503:
                Interlocked.Increment(ref unavailable);
                break;
            case 504:
                Interlocked.Increment(ref timedOut);
                break;
            default:
                Interlocked.Increment(ref failed);
                break;
        }
    }

    /// <summary>Takes what was counted and starts anew; null when nothing was. Called by one thread.</summary>
    public Measurement? Take()
    {
        var counted = Interlocked.Exchange(ref requests, 0);
        if (counted == 0)
            return null;
        var dense = new long[buckets.Length];
        for (var i = 0; i < dense.Length; i++)
            dense[i] = Volatile.Read(ref buckets[i]) == 0 ? 0 : Interlocked.Exchange(ref buckets[i], 0);
        var errors = new Errors(
            Interlocked.Exchange(ref refused, 0), Interlocked.Exchange(ref overloaded, 0), Interlocked.Exchange(ref unavailable, 0),
            Interlocked.Exchange(ref timedOut, 0), Interlocked.Exchange(ref failed, 0));
        taken += counted;
        Failures += errors.Total - errors.Refused;
        return new Measurement(endpoint, variant, version, node, counted, errors, LatencySketch.From(dense));
    }
}
