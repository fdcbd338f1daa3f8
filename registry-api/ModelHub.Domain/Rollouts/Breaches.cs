using ModelHub.Domain.Gates;
using static ModelHub.Domain.Rollouts.Looks;

namespace ModelHub.Domain.Rollouts;

/// <summary>Breaches that are beyond doubt, and may end a stage before its time.</summary>
internal static class Breaches
{
    /// <summary>
    /// One look in a thousand may err where the candidate stands exactly at its limit; below it by far fewer. Looks are taken at
    /// every window over sums that hardly change, so that many of them count as few.
    /// </summary>
    public const double Level = 0.001;

    public static IEnumerable<Finding> Of(StageFacts facts, Compared seen)
    {
        var (limits, candidate, primary) = (facts.Limits, seen.Candidate, seen.Primary);
        if (limits.MaxErrorRate is { } rate && Errors(candidate) > rate)
            yield return Fail("maxErrorRate", rate, candidate.ErrorRate, null, $"{candidate.Errors} of {candidate.Requests} requests failed, at most {Show(rate)} of them may");
        if (limits.MaxErrorRateOverPrimary is { } over && primary is { Requests: > 0 }
            && Errors(candidate) > Binomial.AtMost(primary.Errors, primary.Requests, Level) + over)
            yield return Fail("maxErrorRateOverPrimary", over, candidate.ErrorRate, primary.ErrorRate,
                $"{candidate.Errors} of {candidate.Requests} requests failed, of the primary's {primary.Errors} of {primary.Requests}");
        foreach (var (name, p, most) in ((string, double, double?)[])[("maxP50Ms", 0.5, limits.MaxP50Ms), ("maxP99Ms", 0.99, limits.MaxP99Ms)])
            if (most is { } allowed && IsSlower(candidate, p, allowed))
                yield return Fail(name, allowed, candidate.Latency.Quantile(p), null, $"{candidate.Latency.SlowerThan(allowed)} of {candidate.Requests} requests took more than {Show(allowed)} ms");
        foreach (var (name, p, ratio) in ((string, double, double?)[])[("maxP50Ratio", 0.5, limits.MaxP50Ratio), ("maxP99Ratio", 0.99, limits.MaxP99Ratio)])
            if (ratio is { } allowed && primary?.Latency.AtMost(p, Level) is { } beside && IsSlower(candidate, p, Times(allowed, beside)))
                yield return Fail(name, allowed, candidate.Latency.Quantile(p), primary.Latency.Quantile(p),
                    $"{candidate.Latency.SlowerThan(Times(allowed, beside))} of {candidate.Requests} requests took more than {Show(Times(allowed, beside))} ms, as the primary's do not");
    }

    private static double Errors(TrafficSum of) => Binomial.AtLeast(of.Errors, of.Requests, Level);

    /// <summary>Whether more than 1 - p of all requests take longer than that.</summary>
    private static bool IsSlower(TrafficSum of, double p, double milliseconds) =>
        Binomial.AtLeast(of.Latency.SlowerThan(milliseconds), of.Latency.Total, Level) > 1 - p;

    private static Finding Fail(string limit, double allowed, double? candidate, double? primary, string reason) =>
        new(limit, allowed, candidate, primary, Verdict.Fail, $"{limit}: {reason}");
}
