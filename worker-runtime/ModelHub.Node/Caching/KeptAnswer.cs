using ModelHub.Inference;

namespace ModelHub.Node.Caching;

/// <summary>The outputs of one run, never changed: any number of requests are answered with them.</summary>
/// <param name="Key">of whom, of what inputs, and which outputs</param>
/// <param name="At">on the clock of the cache</param>
internal sealed record KeptAnswer(byte[] Key, KeptOutput[] Outputs, long At)
{
    // What the objects around the bytes take, roughly.
    private const long Around = 256;

    public long Bytes { get; } = Key.Length + Outputs.Sum(o => o.Bytes + Around) + Around;
}
