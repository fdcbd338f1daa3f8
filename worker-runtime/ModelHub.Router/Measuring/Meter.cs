using ModelHub.Protocol;

namespace ModelHub.Router.Measuring;

/// <summary>Counts of one variant on one node since the last look. Adding takes no lock.</summary>
internal sealed class Meter(Guid endpoint, Guid variant, Guid version, Guid node, Unrest unrest)
{
    private readonly long[] buckets = new long[LatencySketch.Buckets];
    private long requests;
    private long refused;
    private long overloaded;
    private long unavailable;
    private long timedOut;
    private long failed;
    private long dropped;
    private int outstanding;
    private long looked;
    private int erred;

    public Guid Endpoint => endpoint;

    public Guid Variant => variant;

    public Guid Version => version;

    public Guid Node => node;

    public int Outstanding => Volatile.Read(ref outstanding);

    /// <summary>What was taken since the router started.</summary>
    public MeterTotals Totals { get; } = new();

    public void Enter() => Interlocked.Increment(ref outstanding);

    public void Leave() => Interlocked.Decrement(ref outstanding);

    /// <summary>Yes to one request in each 20 ms: whose answer is looked at.</summary>
    public bool Samples()
    {
        var now = Environment.TickCount64 / 20;
        return Volatile.Read(ref looked) != now && Interlocked.Exchange(ref looked, now) != now;
    }

    /// <summary>A copy that was not sent.</summary>
    public void Drop() => Interlocked.Increment(ref dropped);

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
                Err();
                break;
            // The request fits the signature, and the version fails on it.
            case 422:
                Interlocked.Increment(ref failed);
                Err();
                break;
            case < 500:
                Interlocked.Increment(ref refused);
                break;
            case 503:
                Interlocked.Increment(ref unavailable);
                Err();
                break;
            case 504:
                Interlocked.Increment(ref timedOut);
                Err();
                break;
            default:
                Interlocked.Increment(ref failed);
                Err();
                break;
        }
    }

    private void Err()
    {
        if (Interlocked.Increment(ref erred) == Unrest.Many)
            unrest.Raise();
    }

    /// <summary>Takes what was counted and starts anew; null when there is nothing to tell. Called by one thread.</summary>
    public Measurement? Take()
    {
        var counted = Interlocked.Exchange(ref requests, 0);
        var lost = Interlocked.Exchange(ref dropped, 0);
        Volatile.Write(ref erred, 0);
        if (counted == 0 && lost == 0 && Outstanding == 0)
            return null;
        var dense = new long[buckets.Length];
        for (var i = 0; i < dense.Length; i++)
            dense[i] = Volatile.Read(ref buckets[i]) == 0 ? 0 : Interlocked.Exchange(ref buckets[i], 0);
        var errors = new Errors(
            Interlocked.Exchange(ref refused, 0), Interlocked.Exchange(ref overloaded, 0), Interlocked.Exchange(ref unavailable, 0),
            Interlocked.Exchange(ref timedOut, 0), Interlocked.Exchange(ref failed, 0));
        var taken = new Measurement(endpoint, variant, version, node, counted, errors, LatencySketch.From(dense), Outstanding, lost);
        Totals.Add(taken);
        return taken;
    }
}
