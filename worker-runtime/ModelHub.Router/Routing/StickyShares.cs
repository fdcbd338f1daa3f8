using System.Text;

namespace ModelHub.Router.Routing;

/// <summary>
/// Gives the same key the same variant: weighted rendezvous hashing (Thaler and Ravishankar 1998; the weights as in
/// Schindelhauer and Schomaker 2005). A key goes to the variant with the highest −weight / ln(u), where u in (0, 1) is a hash
/// of key and version. Shares follow the weights; a variant whose weight grows keeps its keys and takes others', and a
/// variant that comes or goes moves no keys among the others.
/// </summary>
internal sealed class StickyShares
{
    private readonly ulong[] seeds;
    private readonly double[] weights;

    /// <param name="versions">who the variants are; a variant made anew for the same version keeps its keys</param>
    public StickyShares(Guid endpoint, IReadOnlyList<Guid> versions, IReadOnlyList<double> weights)
    {
        seeds = [.. versions.Select(v => Mix(Fold(endpoint)) ^ Mix(Fold(v) + 1))];
        this.weights = [.. weights];
    }

    public int Of(ReadOnlySpan<byte> key)
    {
        var hash = Hash(key);
        var (best, highest) = (0, double.NegativeInfinity);
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] <= 0)
                continue;
            // 53 bits, never 0 and never 1.
            var u = ((Mix(hash ^ seeds[i]) >> 11) + 0.5) / (1UL << 53);
            var score = -weights[i] / Math.Log(u);
            if (score > highest)
                (best, highest) = (i, score);
        }
        return best;
    }

    /// <param name="key">longer ones count by their first 256 characters</param>
    public int Of(ReadOnlySpan<char> key)
    {
        Span<byte> utf8 = stackalloc byte[256 * 3];
        var cut = key.Length > 256 ? key[..256] : key;
        return Of(utf8[..Encoding.UTF8.GetBytes(cut, utf8)]);
    }

    // FNV-1a, 64 bits; Mix spreads it.
    private static ulong Hash(ReadOnlySpan<byte> key)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in key)
            hash = (hash ^ b) * 1099511628211UL;
        return hash;
    }

    private static ulong Fold(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes);
        return Hash(bytes);
    }

    // The finalizer of SplitMix64 (Steele, Lea and Flood 2014).
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
