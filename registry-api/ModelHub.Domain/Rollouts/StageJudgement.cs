using System.Globalization;
using ModelHub.Domain.Gates;

namespace ModelHub.Domain.Rollouts;

/// <summary>
/// The verdict on a stage. A breach that is certain fails at once, however few requests there were: the exact lower bound of
/// what is seen lies beyond the limit (see <see cref="Binomial"/>). Otherwise nothing is decided before time and samples are
/// there; then one look at the figures decides. Missing figures never pass.
/// </summary>
public static class StageJudgement
{
    /// <summary>Windows older than this say nothing about now.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    public static StageVerdict Judge(StageFacts facts, DateTimeOffset now)
    {
        var certain = Breaches.Of(facts).Concat(Answers.Breaches(facts)).Concat(Labels.Breaches(facts)).FirstOrDefault();
        var findings = Looks.At(facts);
        if (certain is not null)
            return new(Verdict.Fail, certain.Reason, [certain, .. findings.Where(finding => finding.Limit != certain.Limit)]);
        if (Missing(facts, findings, now).ToList() is { Count: > 0 } missing)
            return new(Verdict.Inconclusive, $"missing: {string.Join(", ", missing)}", findings);
        return findings.FirstOrDefault(finding => finding.Verdict == Verdict.Fail) is { } over
            ? new(Verdict.Fail, over.Reason, findings)
            : new(Verdict.Pass, string.Join("; ", findings.Select(finding => finding.Reason)), findings);
    }

    private static IEnumerable<string> Missing(StageFacts facts, IReadOnlyList<Finding> findings, DateTimeOffset now)
    {
        foreach (var gap in facts.Missing)
            yield return gap;
        if (facts.Began is not { } began)
            yield return "routers that switch";
        else if (facts.Until is { } until)
        {
            // The time that windows cover, and not that of a clock: a clock that runs ahead shortens nothing.
            var held = until - (facts.From > began ? facts.From : began);
            if (held < facts.Hold)
                yield return $"{Seconds(facts.Hold)} of windows without a gap ({Seconds(held < TimeSpan.Zero ? TimeSpan.Zero : held)} so far)";
            if (now - until > Fresh)
                yield return $"newer windows than of {until:HH:mm:ss}";
        }
        if (facts.Whole.Candidate.Requests < facts.MinimumSamples)
            yield return $"{facts.MinimumSamples} requests to the candidate ({facts.Whole.Candidate.Requests} so far)";
        if (facts.Limits.Relative.Any() && facts.Whole.Primary is { } primary && primary.Requests < facts.MinimumSamples)
            yield return $"{facts.MinimumSamples} requests to the primary ({primary.Requests} so far)";
        foreach (var finding in findings.Where(finding => finding.Verdict == Verdict.Inconclusive))
            yield return finding.Reason;
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture) + " s";
}
