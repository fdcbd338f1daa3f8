namespace ModelHub.Router.Control;

/// <summary>What there was no room for while the API was away, since this router began. A router that is killed takes it along.</summary>
internal sealed class Losses
{
    private long windows;
    private long answers;
    private long exposures;
    private long sketches;

    /// <summary>Windows of traffic.</summary>
    public long Windows => Interlocked.Read(ref windows);

    /// <summary>What a variant said in a window.</summary>
    public long Answers => Interlocked.Read(ref answers);

    /// <summary>Keys of experiments.</summary>
    public long Exposures => Interlocked.Read(ref exposures);

    /// <summary>Counts for monitors.</summary>
    public long Sketches => Interlocked.Read(ref sketches);

    public void Window() => Interlocked.Increment(ref windows);

    public void Answer(int count) => Interlocked.Add(ref answers, count);

    public void Exposure(int count) => Interlocked.Add(ref exposures, count);

    public void Sketch(int count) => Interlocked.Add(ref sketches, count);
}
