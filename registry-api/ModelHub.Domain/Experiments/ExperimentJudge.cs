using System.Globalization;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Gates;

namespace ModelHub.Domain.Experiments;

public enum ArmStanding
{
    Undecided,
    Better,
    Worse,
}

/// <summary>An arm beside the control. The interval holds at all times at once; null while nothing can be said.</summary>
/// <param name="Arm">Its number.</param>
public sealed record ArmComparison(int Arm, double? Difference, double? Low, double? High, ArmStanding Standing, string Reason);

/// <param name="Winner">The number of the arm that is best; null when that is open.</param>
/// <param name="Ratios">Whether the arms got their shares of the keys, and of the keys with a value.</param>
/// <param name="IsOver">Whether waiting for more can change nothing.</param>
public sealed record ExperimentJudgement(
    Verdict Verdict, string Reason, int? Winner, IReadOnlyList<ArmTotals> Totals, IReadOnlyList<ArmComparison> Comparisons, IReadOnlyList<RatioCheck> Ratios, bool IsOver)
{
    public static ExperimentJudgement Inconclusive(string reason, IReadOnlyList<ArmTotals> totals, IReadOnlyList<RatioCheck> ratios) =>
        new(Verdict.Inconclusive, reason, null, totals, [], ratios, true);
}

/// <summary>
/// Judges the arms by what is known of them: pass when the best arm is better than the control, fail when the control is better than all
/// others, else inconclusive. Alpha is shared evenly by the comparisons (Bonferroni), so that it holds for all of them together. Arms that
/// did not get their shares tell nothing, and keys without a value never speak for an arm: when they are missing from one arm more than
/// from another, nothing is decided.
/// </summary>
public static class ExperimentJudge
{
    public const string Exposures = "exposures";
    public const string Values = "values";

    /// <param name="totals">By arm; the control first.</param>
    /// <param name="arms">What each is called and its percent of the keys, in the order of their numbers.</param>
    public static ExperimentJudgement Judge(IReadOnlyList<ArmTotals> totals, IReadOnlyList<(string Name, double Share)> arms, ExperimentOptions options)
    {
        double[] shares = [.. arms.Select(arm => arm.Share)];
        var exposures = SampleRatio.Of(Exposures, [.. totals.Select(t => t.Exposed)], shares);
        var values = SampleRatio.Of(Values, [.. totals.Select(t => t.Measured)], shares);
        if (exposures.IsMismatch)
            return ExperimentJudgement.Inconclusive(
                Text($"sample ratio mismatch: {Counts(totals, t => t.Exposed)} keys where {Shares(shares)} % were asked for (p {exposures.PValue:0.###e+0})"), totals, [exposures, values]);

        ArmComparison[] comparisons = [.. totals.Skip(1).Select(arm => Compare(totals[0], arm, arms[arm.Arm].Name, options.Alpha / (totals.Count - 1), options))];
        var (verdict, winner, reason) = values.IsMismatch
            ? (Verdict.Inconclusive, null, Text($"values are missing unevenly: {Counts(totals, t => t.Measured)} of {Counts(totals, t => t.Exposed)} keys have one (p {values.PValue:0.###e+0})"))
            : Decide(comparisons, arms, options.Direction);
        return new(verdict, reason, winner, totals, comparisons, [exposures, values], verdict != Verdict.Inconclusive);
    }

    private static (Verdict Verdict, int? Winner, string Reason) Decide(ArmComparison[] comparisons, IReadOnlyList<(string Name, double Share)> arms, MetricDirection direction)
    {
        if (comparisons.All(c => c.Standing == ArmStanding.Worse))
            return (Verdict.Fail, 0, $"the control is best: {Said(comparisons)}");
        // With several arms, one that may yet prove the best is waited for.
        if (comparisons.All(c => c.Difference is not null))
        {
            var best = comparisons.MaxBy(c => direction == MetricDirection.HigherIsBetter ? c.Difference : -c.Difference)!;
            if (best.Standing == ArmStanding.Better)
                return (Verdict.Pass, best.Arm, $"{arms[best.Arm].Name} is best: {Said(comparisons)}");
        }
        return (Verdict.Inconclusive, null, Said(comparisons.Where(c => c.Standing == ArmStanding.Undecided)));
    }

    private static ArmComparison Compare(ArmTotals control, ArmTotals arm, string name, double alpha, ExperimentOptions options)
    {
        if (Math.Min(control.Measured, arm.Measured) < options.MinimumSamples)
            return new(arm.Arm, null, null, null, ArmStanding.Undecided, Text($"{name} has {arm.Measured} and the control {control.Measured} of {options.MinimumSamples} values"));
        if (ConfidenceSequence.Of(control, arm, alpha, options.MinimumSamples) is not { } interval)
            return new(arm.Arm, null, null, null, ArmStanding.Undecided, Text($"the values of {name} and of the control do not vary, or are no finite numbers"));
        var standing = (interval.Low > 0, interval.High < 0) switch
        {
            (true, _) => options.Direction == MetricDirection.HigherIsBetter ? ArmStanding.Better : ArmStanding.Worse,
            (_, true) => options.Direction == MetricDirection.LowerIsBetter ? ArmStanding.Better : ArmStanding.Worse,
            _ => ArmStanding.Undecided,
        };
        return new(arm.Arm, interval.Difference, interval.Low, interval.High, standing,
            Text($"{name} differs from the control by {interval.Difference:0.#####}, between {interval.Low:0.#####} and {interval.High:0.#####}"));
    }

    private static string Said(IEnumerable<ArmComparison> comparisons) => string.Join("; ", comparisons.Select(c => c.Reason));

    private static string Counts(IEnumerable<ArmTotals> totals, Func<ArmTotals, long> of) => string.Join(" : ", totals.Select(of));

    private static string Shares(IEnumerable<double> shares) => string.Join(" : ", shares.Select(s => Text($"{s:0.##}")));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
