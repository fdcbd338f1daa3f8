namespace ModelHub.Domain.Shadows;

public static class RankCorrelation
{
    /// <summary>
    /// Spearman's ρ: the correlation of ranks, equal values sharing the mean of theirs (Spearman 1904; with ties Kendall 1945). 1: both put
    /// all in the same order, −1: in opposite orders.
    /// </summary>
    /// <returns>Null for fewer than three pairs, or when one side says the same to all.</returns>
    public static double? Spearman(IReadOnlyList<SampledPair> pairs)
    {
        var sound = pairs.Where(p => float.IsFinite(p.Primary) && float.IsFinite(p.Candidate)).ToList();
        if (sound.Count < 3)
            return null;
        var (a, b) = (Ranks([.. sound.Select(p => p.Primary)]), Ranks([.. sound.Select(p => p.Candidate)]));
        // The mean of ranks 1 … n, with and without ties.
        var mean = (sound.Count + 1) / 2.0;
        double both = 0, ofA = 0, ofB = 0;
        for (var i = 0; i < a.Length; i++)
        {
            both += (a[i] - mean) * (b[i] - mean);
            ofA += (a[i] - mean) * (a[i] - mean);
            ofB += (b[i] - mean) * (b[i] - mean);
        }
        return ofA == 0 || ofB == 0 ? null : both / Math.Sqrt(ofA * ofB);
    }

    // 10, 20, 20, 30 → 1, 2.5, 2.5, 4
    private static double[] Ranks(float[] values)
    {
        var order = Enumerable.Range(0, values.Length).OrderBy(i => values[i]).ToArray();
        var ranks = new double[values.Length];
        for (var from = 0; from < order.Length;)
        {
            var to = from;
            while (to + 1 < order.Length && values[order[to + 1]] == values[order[from]])
                to++;
            for (var i = from; i <= to; i++)
                ranks[order[i]] = (from + to) / 2.0 + 1;
            from = to + 1;
        }
        return ranks;
    }
}
