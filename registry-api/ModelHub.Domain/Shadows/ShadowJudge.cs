using System.Globalization;
using ModelHub.Domain.Gates;

namespace ModelHub.Domain.Shadows;

/// <summary>One limit, the value that was held against it, and how many samples the value comes from.</summary>
public sealed record ShadowFinding(string Name, double? Limit, double? Value, long Samples, Verdict Verdict, string Reason);

public sealed record ShadowJudgement(Verdict Verdict, string Reason, IReadOnlyList<ShadowFinding> Findings);

/// <summary>
/// Judges what was found by the limits: one that does not hold fails the test, one that cannot be judged leaves it open, and only when
/// all hold it passes. Too few samples never pass and never fail.
/// </summary>
public static class ShadowJudge
{
    public static ShadowJudgement Judge(Comparison found, ShadowOptions options)
    {
        var (pairs, limits, latency) = (found.Pairs, options.Limits, found.Latency);
        var timed = latency.Candidate.Total;
        ShadowFinding?[] all =
        [
            Of("maxDifferenceRate", limits.MaxDifferenceRate, Rate(pairs.DifferentRows, pairs.Rows), pairs.Compared, options),
            Of("maxClassFlipRate", limits.MaxClassFlipRate, FlipRate(found), pairs.Compared, options),
            Of("maxErrorRate", limits.MaxErrorRate, Rate(pairs.CandidateFailed, pairs.Asked - pairs.BothFailed - pairs.PrimaryFailed), pairs.Asked, options),
            Of("maxErrorRateOverPrimary", limits.MaxErrorRateOverPrimary, Rate(pairs.CandidateFailed - pairs.PrimaryFailed, pairs.Asked), pairs.Asked, options),
            Of("maxP50Ms", limits.MaxP50Ms, latency.Candidate.Quantile(LogScale.Latency, 0.5) / 1_000, timed, options),
            Of("maxP99Ms", limits.MaxP99Ms, latency.Candidate.Quantile(LogScale.Latency, 0.99) / 1_000, timed, options),
            Of("maxP50Ratio", limits.MaxP50Ratio, latency.Ratio(0.5), timed, options),
            Of("maxP99Ratio", limits.MaxP99Ratio, latency.Ratio(0.99), timed, options),
        ];
        ShadowFinding[] findings = [.. all.OfType<ShadowFinding>()];
        var verdict = findings.Any(f => f.Verdict == Verdict.Fail) ? Verdict.Fail
            : findings.Length > 0 && findings.All(f => f.Verdict == Verdict.Pass) ? Verdict.Pass
            : Verdict.Inconclusive;
        return new ShadowJudgement(verdict, Said(findings, verdict, pairs), findings);
    }

    private static ShadowFinding? Of(string name, double? limit, double? value, long samples, ShadowOptions options)
    {
        if (limit is not { } most)
            return null;
        if (samples < options.MinimumSamples)
            return new(name, most, value, samples, Verdict.Inconclusive, Text($"{samples} of {options.MinimumSamples} samples"));
        if (value is not { } real || double.IsNaN(real))
            return new(name, most, null, samples, Verdict.Inconclusive, "no answer tells it");
        return real <= most
            ? new(name, most, real, samples, Verdict.Pass, Text($"{real:0.#####} is at most {most:0.#####}"))
            : new(name, most, real, samples, Verdict.Fail, Text($"{real:0.#####} is more than {most:0.#####}"));
    }

    private static double? Rate(long part, long whole) => whole == 0 ? null : (double)part / whole;

    private static double? FlipRate(Comparison found) => found.Outputs.Max(output => Rate(output.Flips, output.Classified));

    private static string Said(ShadowFinding[] findings, Verdict verdict, PairCounts pairs)
    {
        var said = string.Join("; ", findings.Where(f => f.Verdict == verdict).Select(f => $"{f.Name}: {f.Reason}"));
        return verdict == Verdict.Inconclusive && pairs.Dropped > 0 ? Text($"{said}; {pairs.Dropped} copies were not compared") : said;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
