using System.Threading.Channels;
using ModelHub.Protocol;
using ModelHub.Router.Mirroring;

namespace ModelHub.Router.Comparing;

/// <summary>
/// Compares what a shadow answered with what the caller got, on a thread of its own: pairs wait in a bounded queue, and what does not fit,
/// or comes faster than it may cost, is dropped and counted.
/// </summary>
internal sealed partial class CompareShadow : IDisposable
{
    public const int MostWaiting = 256;

    /// <summary>Reading two answers costs some ten microseconds: this much of one processor at most.</summary>
    public const int MostPerSecond = 2_000;

    private readonly Channel<MirroredCopy> waiting = Channel.CreateBounded<MirroredCopy>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Guid endpoint;
    private readonly RouteVariant shadow;
    private volatile RouteComparison how;
    private readonly Action<MirroredCopy> release;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private volatile Tally? tally;
    private long dropped;
    private long second;
    private int inSecond;

    /// <param name="release">takes a copy back, whatever became of it</param>
    public CompareShadow(Guid endpoint, RouteVariant shadow, RouteComparison how, Action<MirroredCopy> release, TimeProvider time, ILogger log)
    {
        (this.endpoint, this.shadow, this.how, this.release, this.time, this.log) = (endpoint, shadow, how, release, time, log);
        Ended = Task.Run(RunAsync);
    }

    /// <summary>Ends when it is disposed and what waited has been compared.</summary>
    public Task Ended { get; }

    /// <summary>From the next pair on. When other fields are hidden, what shows them is forgotten.</summary>
    public void Follow(RouteComparison now)
    {
        var before = how;
        how = now;
        if (!(before.Redacted ?? []).SequenceEqual(now.Redacted ?? []))
            tally?.Forget(now);
    }

    public void Drop() => Interlocked.Increment(ref dropped);

    /// <summary>Takes the copy over.</summary>
    public void Offer(MirroredCopy copy)
    {
        if (waiting.Writer.TryWrite(copy))
            return;
        Drop();
        release(copy);
    }

    /// <summary>All that was found so far; null before the first pair.</summary>
    public Comparison? Read() => tally?.Read(Interlocked.Read(ref dropped), time.GetUtcNow());

    public void Dispose() => waiting.Writer.TryComplete();

    private async Task RunAsync()
    {
        await foreach (var copy in waiting.Reader.ReadAllAsync())
        {
            try
            {
                Compare(copy);
            }
            catch (Exception failure)
            {
                // A pair that cannot be compared must not end the comparing of all others.
                Drop();
                LogFailed(shadow.VersionId, failure);
            }
            release(copy);
        }
    }

    private void Compare(MirroredCopy copy)
    {
        if (!IsWithinRate())
        {
            Drop();
            return;
        }
        var primary = copy.Primary;
        var both = primary.IsGood && copy.CandidateIsGood;
        var pair = new Pair(
            copy.Asked, primary, copy.CandidateIsGood, copy.CandidateMicroseconds, both ? primary.Outputs() : null, both ? copy.CandidateOutputs() : null, copy.CandidateText);
        TallyOf(primary.Version!.Value).Add(pair, how, time.GetUtcNow());
    }

    // Another primary is another comparison; the API takes the words of the one that a test is about.
    private Tally TallyOf(Guid primary) => tally is { } now && now.Primary == primary ? now : tally = new Tally(endpoint, shadow, primary, time.GetUtcNow());

    private bool IsWithinRate()
    {
        var now = Environment.TickCount64 / 1_000;
        if (now != second)
            (second, inSecond) = (now, 0);
        return ++inSecond <= MostPerSecond;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Answers of version {Version} could not be compared")]
    private partial void LogFailed(Guid version, Exception failure);
}
