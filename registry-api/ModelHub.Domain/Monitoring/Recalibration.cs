using ModelHub.Domain.Predictions.Quality;

namespace ModelHub.Domain.Monitoring;

/// <summary>The accuracy to be expected of rows without labels.</summary>
/// <param name="Accuracy">Of the rows.</param>
/// <param name="Error">The true share of right rows is within this of it, but for one case in a thousand, as long as what is to be learned has not changed.</param>
public sealed record ExpectedAccuracy(double Accuracy, double Error);

/// <summary>
/// How often the model is right when it is so sure, as labels have it: the share in each bin of confidence (histogram binning; Zadrozny and Elkan, Obtaining
/// Calibrated Probability Estimates, ICML 2001), made to rise with confidence by pooling adjacent violators (isotonic regression; Ayer et al., Annals of
/// Mathematical Statistics 26, 1955; for calibration Zadrozny and Elkan, KDD 2002).
/// </summary>
public static class Recalibration
{
    /// <summary>Each bin is told its own confidence by so many rows beforehand, so that a few right ones are no certainty.</summary>
    private const double Prior = 2;

    /// <summary>A normal variable exceeds it in one case of a thousand.</summary>
    private const double Z = 3.0902;

    /// <summary>
    /// Σ nᵦ·gᵦ / N with gᵦ the share that was right at the mean confidence of bin b, in a straight line between the bins that have labels; its variance is
    /// Σ (nᵦ/N)²·gᵦ(1 − gᵦ)/lᵦ for the shares, of lᵦ labelled rows each, and Σ nᵦ·gᵦ(1 − gᵦ)/N² for the rows. How far the line leads away from the share
    /// of the nearest bin adds to the error. 1,000 rows with 0.95, of 400 like them 320 were right: 0.80 ± 0.07.
    /// </summary>
    /// <param name="sure">How sure the model was of the rows.</param>
    /// <param name="known">What labels said of others.</param>
    /// <returns>Null without rows, or without labels of classes with probabilities.</returns>
    public static ExpectedAccuracy? Of(ConfidenceCounts sure, Outcomes known)
    {
        if (sure.Total == 0 || known.Task != QualityTask.Classification || !known.Strata.Any(s => s.Bin >= 0))
            return null;
        var knots = Knots(known);
        double n = sure.Total, accuracy = 0, variance = 0, led = 0;
        for (var bin = 0; bin < sure.Rows.Count; bin++)
        {
            if (sure.Rows[bin] == 0)
                continue;
            var (part, confidence) = (sure.Rows[bin] / n, sure.Sums[bin] / sure.Rows[bin]);
            var (share, nearest) = (At(knots, confidence), knots.MinBy(knot => Math.Abs(knot.Confidence - confidence))!);
            accuracy += part * share;
            variance += part * share * (1 - share) * (part / nearest.Weight + 1 / n);
            led += part * Math.Abs(share - nearest.Share);
        }
        return new(accuracy, Z * Math.Sqrt(variance) + led);
    }

    private sealed record Knot(double Confidence, double Share, double Weight);

    /// <summary>The labelled bins, by their mean confidence.</summary>
    private static List<Knot> Knots(Outcomes known) => Rising(
    [
        .. from stratum in known.Strata
           where stratum.Bin >= 0
           group stratum by stratum.Bin into bin
           orderby bin.Key
           let rows = (double)bin.Sum(s => s.Rows)
           let right = bin.Sum(s => s.Right)
           // Errors are right or wrong less the confidence.
           let confidence = (right - bin.Sum(s => s.Sum)) / rows
           select new Knot(confidence, (right + Prior * confidence) / (rows + Prior), rows + Prior),
    ]);

    private static double At(List<Knot> knots, double confidence)
    {
        var above = knots.FindIndex(knot => knot.Confidence >= confidence);
        if (above <= 0)
            return above < 0 ? knots[^1].Share : knots[0].Share;
        var (a, b) = (knots[above - 1], knots[above]);
        return a.Share + (b.Share - a.Share) * (confidence - a.Confidence) / (b.Confidence - a.Confidence);
    }

    /// <summary>0.5, 0.9, 0.7 of equal weight → 0.5, 0.8, 0.8.</summary>
    private static List<Knot> Rising(IReadOnlyList<Knot> of)
    {
        var blocks = new List<(double Share, double Weight, int Bins)>();
        foreach (var knot in of)
        {
            blocks.Add((knot.Share, knot.Weight, 1));
            while (blocks.Count > 1 && blocks[^2].Share > blocks[^1].Share)
            {
                var (a, b) = (blocks[^2], blocks[^1]);
                blocks.RemoveRange(blocks.Count - 2, 2);
                blocks.Add(((a.Share * a.Weight + b.Share * b.Weight) / (a.Weight + b.Weight), a.Weight + b.Weight, a.Bins + b.Bins));
            }
        }
        return [.. blocks.SelectMany(block => Enumerable.Repeat(block, block.Bins)).Zip(of, (block, knot) => new Knot(knot.Confidence, block.Share, block.Weight))];
    }
}
