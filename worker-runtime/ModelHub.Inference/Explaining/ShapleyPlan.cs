namespace ModelHub.Inference.Explaining;

/// <summary>
/// Which orders of the columns are walked, and from which background rows: pairs of an order and its reverse (antithetic permutations; Castro,
/// Gómez and Tejada, Computers and Operations Research 36, 2009; Mitchell, Cooper, Frank and Holmes, JMLR 23, 2022), each pair from one background row (Štrumbelj and Kononenko,
/// Knowledge and Information Systems 41, 2014), every background row equally often: so the figures add up to the prediction less the mean over the background exactly.
/// The same seed gives the same plan.
/// </summary>
public sealed class ShapleyPlan
{
    private readonly int[] deal;

    /// <param name="columns">of a row</param>
    /// <param name="permutations">wanted; as many are walked as make whole pairs from every background row</param>
    /// <param name="background">rows that there are; of more than pairs, some</param>
    public ShapleyPlan(int columns, int permutations, int background, int seed)
    {
        var pairs = Math.Max(1, permutations / 2);
        (Columns, Seed) = (columns, seed);
        deal = Deal(background, Math.Min(background, pairs), new Random(seed));
        // 150 pairs and 100 rows → 200 pairs.
        Pairs = (pairs + deal.Length - 1) / deal.Length * deal.Length;
    }

    public int Columns { get; }

    public int Seed { get; }

    public int Pairs { get; }

    public int Permutations => 2 * Pairs;

    /// <summary>The background rows that are used, each once.</summary>
    public IReadOnlyList<int> Background => deal;

    /// <summary>Rows that a model answers for one explained row, without that row and the background.</summary>
    public long Answers => (long)Permutations * Math.Max(0, Columns - 1);

    /// <returns>the place of the pair's row in <see cref="Background"/></returns>
    public int BackgroundOf(int pair) => pair % deal.Length;

    /// <summary>The order in which columns of the pair's background row are replaced; the second walk of a pair goes backwards.</summary>
    public int[] Order(int pair, bool backwards)
    {
        var order = new int[Columns];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        new Random(unchecked(Seed * 1_000_003 + pair + 1)).Shuffle(order);
        if (backwards)
            Array.Reverse(order);
        return order;
    }

    private static int[] Deal(int rows, int wanted, Random random)
    {
        var all = new int[rows];
        for (var i = 0; i < rows; i++)
            all[i] = i;
        random.Shuffle(all);
        return all[..wanted];
    }
}
