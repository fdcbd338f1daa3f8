using ModelHub.Domain.Gates;
using ModelHub.Domain.Predictions;
using static ModelHub.Domain.Rollouts.Looks;

namespace ModelHub.Domain.Rollouts;

/// <summary>The limits on what is answered, each against what was seen.</summary>
internal static class Answers
{
    private const string OfShift = "maxPredictionShift";
    private const string OfAgreement = "minAgreement";

    /// <summary>An index that chance alone could show with so few answers decides nothing, be it above the limit or below.</summary>
    public static Finding Shift(double allowed, Said? said)
    {
        if (said is null)
            return new(OfShift, allowed, null, null, Verdict.Inconclusive, $"{OfShift}: no data of what they say");
        var (candidate, primary) = (said.Candidate.Sampled, said.Primary.Sampled);
        if (Math.Min(candidate, primary) < PredictionShift.FewestSamples)
            return new(OfShift, allowed, null, null, Verdict.Inconclusive,
                $"{OfShift}: {PredictionShift.FewestSamples} predictions of each looked at ({candidate} of the candidate and {primary} of the primary so far)");
        if (PredictionShift.Of(said.Candidate, said.Primary) is not { } shift)
            return new(OfShift, allowed, null, null, Verdict.Inconclusive, $"{OfShift}: their predictions are not of one kind");
        if (shift.Chance > allowed && shift.Index <= Math.Max(shift.Chance, allowed))
            return new(OfShift, allowed, shift.Index, null, Verdict.Inconclusive,
                $"{OfShift}: more predictions ({Show(shift.Index)} may be chance with {candidate} of the candidate and {primary} of the primary)");
        return new(OfShift, allowed, shift.Index, null, shift.Index <= allowed ? Verdict.Pass : Verdict.Fail, $"{OfShift}: {Show(shift.Index)}, at most {Show(allowed)}");
    }

    public static Finding Agreement(double allowed, Agreed? agreed, int samples)
    {
        if (agreed is not { Share: { } share })
            return new(OfAgreement, allowed, null, null, Verdict.Inconclusive, $"{OfAgreement}: no data of copies that both answered");
        if (agreed.Answers < samples)
            return new(OfAgreement, allowed, share, null, Verdict.Inconclusive, $"{OfAgreement}: {samples} answers compared ({agreed.Answers} so far)");
        return new(OfAgreement, allowed, share, null, share >= allowed - Rounding ? Verdict.Pass : Verdict.Fail, $"{OfAgreement}: {Show(share)}, at least {Show(allowed)}");
    }

    /// <summary>What is beyond doubt, and may end a stage before its time.</summary>
    public static IEnumerable<Finding> Breaches(StageFacts facts)
    {
        if (facts.Limits.MaxPredictionShift is { } most && facts.Said is { } said && PredictionShift.Of(said.Candidate, said.Primary) is { } shift && shift.AtLeast > most)
            yield return new(OfShift, most, shift.Index, null, Verdict.Fail, $"{OfShift}: {Show(shift.Index)}, at most {Show(most)}");
        if (facts.Limits.MinAgreement is { } least && facts.Agreed is { Share: { } share } agreed && Disagrees(agreed) > 1 - least)
            yield return new(OfAgreement, least, share, null, Verdict.Fail,
                $"{OfAgreement}: {agreed.DifferentRows} of {agreed.Rows} rows differ in {agreed.Answers} answers, at least {Show(least)} of them must not");
    }

    /// <summary>
    /// Rows of one request are alike, so that a request counts once, with the share of all rows that differ.
    /// 10 requests of 100 rows, 500 of which differ → 5 of 10, not 500 of 1,000.
    /// </summary>
    private static double Disagrees(Agreed agreed) =>
        Binomial.AtLeast((long)((double)agreed.DifferentRows / agreed.Rows * agreed.Answers), agreed.Answers, Rollouts.Breaches.Level);
}
