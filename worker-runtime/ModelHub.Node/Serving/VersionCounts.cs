namespace ModelHub.Node.Serving;

/// <summary>Requests of one version by what came of them.</summary>
internal sealed class VersionCounts
{
    private long succeeded;
    private long refused;
    private long overloaded;
    private long timedOut;
    private long failed;

    public (string Outcome, long Count)[] Read() =>
    [
        ("succeeded", Volatile.Read(ref succeeded)),
        ("refused", Volatile.Read(ref refused)),
        ("overloaded", Volatile.Read(ref overloaded)),
        ("timed-out", Volatile.Read(ref timedOut)),
        ("failed", Volatile.Read(ref failed)),
    ];

    public void Add(int status)
    {
        switch (status)
        {
            case < 400:
                Interlocked.Increment(ref succeeded);
                break;
            case 429:
                Interlocked.Increment(ref overloaded);
                break;
            // The request fits the signature, and the model fails on it: not the caller's fault alone.
            case 422:
                Interlocked.Increment(ref failed);
                break;
            case < 500:
                Interlocked.Increment(ref refused);
                break;
            case 504:
                Interlocked.Increment(ref timedOut);
                break;
            default:
                Interlocked.Increment(ref failed);
                break;
        }
    }
}
