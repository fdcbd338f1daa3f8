using ModelHub.Domain.Gates;
using ModelHub.Domain.Predictions.Quality;
using static ModelHub.Domain.Rollouts.Looks;

namespace ModelHub.Domain.Rollouts;

/// <summary>
/// The limits on quality, each against the labels of the stage. Labels are few, so no look at a mean decides: a limit is kept when the lower bound
/// of what was seen keeps it, broken when the upper bound does not, and in between more labels are waited for. The bounds err in one case of
/// a thousand.
/// </summary>
internal static class Labels
{
    /// <summary>With fewer labelled requests nothing is said.</summary>
    public const int Fewest = 100;

    private const string OfQuality = "minQuality";
    private const string OfDrop = "maxQualityDrop";

    public static IEnumerable<Finding> At(StageLimits limits, StageQuality? seen)
    {
        if (limits.MinQuality is { } least)
            yield return Quality(least, seen?.Candidate);
        if (limits.MaxQualityDrop is { } most)
            yield return Drop(most, seen);
    }

    /// <summary>What is beyond doubt, and may end a stage before its time.</summary>
    public static IEnumerable<Finding> Breaches(StageFacts facts) => At(facts.Limits, facts.Quality).Where(finding => finding.Verdict == Verdict.Fail);

    private static Finding Quality(double least, QualityScore? candidate)
    {
        if (TooFew(candidate, "candidate") is { } missing)
            return new(OfQuality, least, null, null, Verdict.Inconclusive, $"{OfQuality}: {missing}");
        var verdict = Between(candidate!.AtLeast, candidate.AtMost, least);
        return new(OfQuality, least, candidate.Mean, null, verdict, verdict == Verdict.Inconclusive
            ? $"{OfQuality}: more labels ({Show(candidate.Mean!.Value)} of {candidate.Requests} requests may be {Show(candidate.AtLeast)} to {Show(candidate.AtMost)}, at least {Show(least)})"
            : $"{OfQuality}: {Show(candidate.Mean!.Value)} of {candidate.Requests} labelled requests, at least {Show(least)}");
    }

    private static Finding Drop(double most, StageQuality? seen)
    {
        if ((TooFew(seen?.Candidate, "candidate") ?? TooFew(seen?.Primary, "primary")) is { } missing)
            return new(OfDrop, most, seen?.Candidate.Mean, seen?.Primary?.Mean, Verdict.Inconclusive, $"{OfDrop}: {missing}");
        var (candidate, primary) = (seen!.Candidate, seen.Primary!);
        if (candidate.Task != primary.Task)
            return new(OfDrop, most, candidate.Mean, primary.Mean, Verdict.Inconclusive, $"{OfDrop}: one names classes and the other numbers");
        var (low, high) = (candidate.AtLeast - primary.AtMost, candidate.AtMost - primary.AtLeast);
        var verdict = Between(low, high, -most);
        var words = $"{Show(candidate.Mean!.Value)} beside {Show(primary.Mean!.Value)}, at most {Show(most)} less";
        return new(OfDrop, most, candidate.Mean, primary.Mean, verdict, verdict == Verdict.Inconclusive
            ? $"{OfDrop}: more labels ({words}; it may be {Show(low)} to {Show(high)})"
            : $"{OfDrop}: {words}");
    }

    private static Verdict Between(double low, double high, double least) =>
        low >= least - Rounding ? Verdict.Pass : high < least - Rounding ? Verdict.Fail : Verdict.Inconclusive;

    private static string? TooFew(QualityScore? of, string whose) =>
        of?.Mean is null ? $"no labels of the {whose} have arrived"
        : of.Requests < Fewest ? $"{Fewest} labelled requests of the {whose} ({of.Requests} so far)"
        : null;
}
