namespace ModelHub.Domain.Predictions;

/// <summary>How far two versions' predictions lie apart, and what so many samples let one say of it.</summary>
/// <param name="Index">The population stability index.</param>
/// <param name="Chance">Two samples of one distribution show no more than this, but for one case in a thousand.</param>
/// <param name="AtLeast">The index of all they say is no less, but for about one case in a thousand; may be below zero.</param>
public sealed record Shift(double Index, double Chance, double AtLeast);

/// <summary>How far the predictions of two versions lie apart.</summary>
public static class PredictionShift
{
    /// <summary>With fewer values on either side nothing is said.</summary>
    public const int FewestSamples = 100;

    private const int Bins = 10;

    /// <summary>So much of a value is put into each bin beforehand: an empty one would make the index infinite.</summary>
    private const double Prior = 0.5;

    /// <summary>A normal variable exceeds it in one case of a thousand.</summary>
    private const double Z = 3.0902;

    /// <summary>
    /// The population stability index Σ (cᵢ − pᵢ) · ln(cᵢ / pᵢ) over the shares of bins i, which is Jeffreys' divergence (Siddiqi, Credit Risk
    /// Scorecards, 2006: below 0.1 no shift, above 0.25 a large one). Bins of numbers are the tenths of the primary's, bins of classes the classes.
    /// 50:50 and 90:10: 0.4 · ln 1.8 + (−0.4) · ln 0.2 = 0.879.
    /// </summary>
    /// <param name="candidate">Of the same windows as the primary's, merged.</param>
    /// <returns>Null with too few samples on either side, or when one tells classes and the other numbers.</returns>
    public static double? Psi(Distribution candidate, Distribution primary) => Of(candidate, primary)?.Index;

    /// <summary>
    /// Without a shift the index of B bins, n and m values is distributed as (1/n + 1/m) · χ² with B − 1 degrees (Yurdakul and Naranjo, Statistical
    /// properties of the population stability index, Journal of Risk Model Validation 14, 2020), which gives its mean and its thousandth; its spread
    /// under a shift follows by the delta method. Ten bins, 1,000 values each: 0.056 may be chance.
    /// </summary>
    /// <inheritdoc cref="Psi"/>
    public static Shift? Of(Distribution candidate, Distribution primary)
    {
        if (candidate.Sampled < FewestSamples || primary.Sampled < FewestSamples || candidate.IsOfClasses != primary.IsOfClasses)
            return null;
        if (!primary.IsOfClasses && Math.Min(candidate.Numbered, primary.Numbered) < FewestSamples)
            return null;
        var bins = primary.IsOfClasses ? Classes(candidate, primary) : Tenths(candidate, primary);
        double n = bins.Sum(b => b.Candidate), m = bins.Sum(b => b.Primary), prior = Prior * bins.Count;
        return Of([.. bins.Select(b => ((b.Candidate + Prior) / (n + prior), (b.Primary + Prior) / (m + prior)))], n, m);
    }

    private static Shift Of(IReadOnlyList<(double C, double P)> shares, double n, double m)
    {
        var index = shares.Sum(s => (s.C - s.P) * Math.Log(s.C / s.P));
        var (scale, degrees) = (1 / n + 1 / m, shares.Count - 1);
        var variance = Variance([.. shares.Select(s => (s.C, Math.Log(s.C / s.P) + 1 - s.P / s.C))]) / n
            + Variance([.. shares.Select(s => (s.P, 1 - s.C / s.P - Math.Log(s.C / s.P)))]) / m;
        return new(index, scale * Thousandth(degrees), index - scale * degrees - Z * Math.Sqrt(variance));
    }

    /// <summary>Of a value that is <c>Slope</c> with the chance <c>Share</c>.</summary>
    private static double Variance(IReadOnlyList<(double Share, double Slope)> of)
    {
        var mean = of.Sum(o => o.Share * o.Slope);
        return of.Sum(o => o.Share * (o.Slope - mean) * (o.Slope - mean));
    }

    /// <summary>What χ² exceeds in one case of a thousand (Wilson and Hilferty, PNAS 17, 1931). 9 degrees → 27.9.</summary>
    private static double Thousandth(int degrees) =>
        degrees == 0 ? 0 : degrees * Math.Pow(1 - 2.0 / (9 * degrees) + Z * Math.Sqrt(2.0 / (9 * degrees)), 3);

    private static List<(long Candidate, long Primary)> Classes(Distribution candidate, Distribution primary) =>
    [
        .. from name in candidate.Classes.Concat(primary.Classes).Select(c => c.Class).Distinct(StringComparer.Ordinal)
           select (candidate.Classes.Where(c => c.Class == name).Sum(c => c.Count), primary.Classes.Where(c => c.Class == name).Sum(c => c.Count)),
    ];

    // Values of one size stay together, so that there may be fewer bins than ten; what lies beyond the primary's values on either side has a bin of its
    // own, and so has what is no number.
    private static List<(long Candidate, long Primary)> Tenths(Distribution candidate, Distribution primary)
    {
        var ofPrimary = primary.Numbers().ToDictionary(n => n.Place, n => n.Count);
        var ofCandidate = candidate.Numbers().ToDictionary(n => n.Place, n => n.Count);
        var bins = new SortedDictionary<long, (long Candidate, long Primary)>();
        long below = 0, total = ofPrimary.Values.Sum();
        foreach (var place in ofPrimary.Keys.Union(ofCandidate.Keys).Order())
        {
            var (c, p) = (ofCandidate.GetValueOrDefault(place), ofPrimary.GetValueOrDefault(place));
            if (c + p == 0)
                continue;
            var bin = below == 0 && p == 0 ? -1 : below * Bins / Math.Max(1, total);
            var was = bins.GetValueOrDefault(bin);
            bins[bin] = (was.Candidate + c, was.Primary + p);
            below += p;
        }
        return candidate.Numbered == candidate.Sampled && primary.Numbered == primary.Sampled
            ? [.. bins.Values]
            : [.. bins.Values, (candidate.Sampled - candidate.Numbered, primary.Sampled - primary.Numbered)];
    }
}
