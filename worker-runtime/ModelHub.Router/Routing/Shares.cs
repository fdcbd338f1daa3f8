namespace ModelHub.Router.Routing;

/// <summary>
/// Deals requests to variants by their weights so evenly that the shares hold in the small: request n falls on the
/// point n/φ mod 1 of a circle that is cut by the weights. The points of this sequence (Weyl, with the golden ratio)
/// lie so that after any n requests every arc has got its share to within about one request per ten thousand and one
/// or two in all. 70:30 → of any 10 requests in a row 7 ± 1 go left.
/// </summary>
internal sealed class Shares
{
    private readonly ulong[] ends;
    private readonly Turns turns;

    /// <param name="weights">not negative; at least one above zero</param>
    public Shares(IReadOnlyList<double> weights, Turns turns)
    {
        this.turns = turns;
        var total = weights.Sum();
        ends = new ulong[weights.Count];
        double sum = 0;
        var last = 0;
        for (var i = 0; i < ends.Length; i++)
        {
            sum += weights[i];
            if (weights[i] > 0)
                last = i;
            // 2^64 itself does not fit: the last arc is closed below.
            ends[i] = sum >= total ? ulong.MaxValue : (ulong)(sum / total * 18_446_744_073_709_551_616.0);
        }
        for (var i = last; i < ends.Length; i++)
            ends[i] = ulong.MaxValue;
        Last = last;
    }

    private int Last { get; }

    /// <returns>index of the variant whose turn it is; never one of weight zero</returns>
    public int Next()
    {
        var at = turns.Next();
        for (var i = 0; i < Last; i++)
            if (at < ends[i])
                return i;
        return Last;
    }
}

/// <summary>
/// The sequence itself. It belongs to the endpoint and goes on when a table is replaced: begun anew with each table it would
/// favour the variant that its first point falls on.
/// </summary>
internal sealed class Turns(ulong seed)
{
    // 2^64/φ, rounded to an odd number: the step around a circle of 2^64 points.
    private const ulong Step = 0x9E37_79B9_7F4A_7C15;
    private ulong point = seed;

    public ulong Next() => Interlocked.Add(ref point, Step);
}
