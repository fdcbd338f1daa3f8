namespace ModelHub.Node.Serving;

/// <summary>Requests of one version by what came of them.</summary>
internal sealed class VersionCounts
{
    private const int Succeeded = 0;
    private const int Refused = 1;
    private const int Overloaded = 2;
    private const int TimedOut = 3;
    private const int Failed = 4;
    private readonly StripedCounters counters = new(Failed + 1);

    public (string Outcome, long Count)[] Read() =>
    [
        ("succeeded", counters[Succeeded]),
        ("refused", counters[Refused]),
        ("overloaded", counters[Overloaded]),
        ("timed-out", counters[TimedOut]),
        ("failed", counters[Failed]),
    ];

    public void Add(int status) => counters.Mine.Add(
        status switch
        {
            < 400 => Succeeded,
            429 => Overloaded,
            // The request fits the signature, and the model fails on it: not the caller's fault alone.
            422 => Failed,
            < 500 => Refused,
            504 => TimedOut,
            _ => Failed,
        }, 1);
}
