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

    /// <summary>
    /// The newest windows are new at every look, so that many looks count as many. At an error rate of 3 % with a limit of 5 %, 40 requests
    /// a window: 12 errors are wanted, which is one window in three hundred million.
    /// </summary>
    public const double LatestLevel = 0.00001;

    /// <summary>All of the facts, those over the longest time first.</summary>
    public static IEnumerable<Finding> Of(StageFacts facts) =>
        [.. Of(facts, facts.Recent, Level), .. Of(facts, facts.Whole, Level), .. (facts.Latest ?? []).SelectMany(seen => Of(facts, seen, LatestLevel))];

    private static IEnumerable<Finding> Of(StageFacts facts, Compared seen, double level)
    {
        var (limits, candidate, primary) = (facts.Limits, seen.Candidate, seen.Primary);
        if (limits.MaxErrorRate is { } rate && Errors(candidate, level) > rate)
            yield return Fail("maxErrorRate", rate, candidate.ErrorRate, null, $"{candidate.Errors} of {candidate.Requests} requests failed, at most {Show(rate)} of them may");
        if (limits.MaxErrorRateOverPrimary is { } over && primary is { Requests: > 0 }
            && Errors(candidate, level) > Binomial.AtMost(primary.Errors, primary.Requests, level) + over)
            yield return Fail("maxErrorRateOverPrimary", over, candidate.ErrorRate, primary.ErrorRate,
                $"{candidate.Errors} of {candidate.Requests} requests failed, of the primary's {primary.Errors} of {primary.Requests}");
        foreach (var (name, p, most) in ((string, double, double?)[])[("maxP50Ms", 0.5, limits.MaxP50Ms), ("maxP99Ms", 0.99, limits.MaxP99Ms)])
            if (most is { } allowed && IsSlower(candidate, p, allowed, level))
                yield return Fail(name, allowed, candidate.Latency.Quantile(p), null, $"{candidate.Latency.SlowerThan(allowed)} of {candidate.Requests} requests took more than {Show(allowed)} ms");
        foreach (var (name, p, ratio) in ((string, double, double?)[])[("maxP50Ratio", 0.5, limits.MaxP50Ratio), ("maxP99Ratio", 0.99, limits.MaxP99Ratio)])
            if (ratio is { } allowed && primary?.Latency.AtMost(p, level) is { } beside && IsSlower(candidate, p, Times(allowed, beside), level))
                yield return Fail(name, allowed, candidate.Latency.Quantile(p), primary.Latency.Quantile(p),
                    $"{candidate.Latency.SlowerThan(Times(allowed, beside))} of {candidate.Requests} requests took more than {Show(Times(allowed, beside))} ms, as the primary's do not");
    }

    private static double Errors(TrafficSum of, double level) => Binomial.AtLeast(of.Errors, of.Requests, level);

    /// <summary>Whether more than 1 - p of all requests take longer than that.</summary>
    private static bool IsSlower(TrafficSum of, double p, double milliseconds, double level) =>
        Binomial.AtLeast(of.Latency.SlowerThan(milliseconds), of.Latency.Total, level) > 1 - p;

    private static Finding Fail(string limit, double allowed, double? candidate, double? primary, string reason) =>
        new(limit, allowed, candidate, primary, Verdict.Fail, $"{limit}: {reason}");
}
