namespace ModelHub.Domain.Predictions;

/// <summary>How far the predictions of two versions lie apart.</summary>
public static class PredictionShift
{
    /// <summary>With fewer values on either side nothing is said.</summary>
    public const int FewestSamples = 100;

    private const int Bins = 10;

    /// <summary>So much of a value is put into each bin beforehand: an empty one would make the index infinite.</summary>
    private const double Prior = 0.5;

    /// <summary>
    /// The population stability index Σ (cᵢ − pᵢ) · ln(cᵢ / pᵢ) over the shares of bins i, which is Jeffreys' divergence (Siddiqi, Credit Risk
    /// Scorecards, 2006: below 0.1 no shift, above 0.25 a large one). Bins of numbers are the tenths of the primary's, bins of classes the classes.
    /// 50:50 and 90:10: 0.4 · ln 1.8 + (−0.4) · ln 0.2 = 0.879.
    /// </summary>
    /// <param name="candidate">Of the same windows as the primary's, merged.</param>
    /// <returns>Null with too few samples on either side, or when one tells classes and the other numbers.</returns>
    public static double? Psi(Distribution candidate, Distribution primary)
    {
        if (candidate.Sampled < FewestSamples || primary.Sampled < FewestSamples || candidate.IsOfClasses != primary.IsOfClasses)
            return null;
        var bins = primary.IsOfClasses ? Classes(candidate, primary) : Tenths(candidate, primary);
        double ofCandidate = bins.Sum(b => b.Candidate) + Prior * bins.Count, ofPrimary = bins.Sum(b => b.Primary) + Prior * bins.Count;
        return bins.Sum(b =>
        {
            var (c, p) = ((b.Candidate + Prior) / ofCandidate, (b.Primary + Prior) / ofPrimary);
            return (c - p) * Math.Log(c / p);
        });
    }

    private static List<(long Candidate, long Primary)> Classes(Distribution candidate, Distribution primary) =>
    [
        .. from name in candidate.Classes.Concat(primary.Classes).Select(c => c.Class).Distinct(StringComparer.Ordinal)
           select (candidate.Classes.Where(c => c.Class == name).Sum(c => c.Count), primary.Classes.Where(c => c.Class == name).Sum(c => c.Count)),
    ];

    // Values of one size stay together, so that there may be fewer bins than ten; what lies beyond the primary's values on either side has a bin of its own.
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
        return [.. bins.Values];
    }
}
