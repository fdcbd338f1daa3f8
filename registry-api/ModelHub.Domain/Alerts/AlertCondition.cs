using System.Text.RegularExpressions;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Alerts;

/// <summary>What a rule looks at, and when it calls it bad. Times are those of the judged figures, never of the looking.</summary>
/// <param name="Measure">Such as <c>errors.share</c> or <c>drift.psi</c>.</param>
/// <param name="Column">Null: the figure of the whole; <see cref="Any"/>: every column, as one alert.</param>
/// <param name="Segment">Null: all traffic; <see cref="Any"/>: every segment.</param>
/// <param name="Limit">Null: the limit that each figure was judged by when it was computed, which knows how many tests were made.</param>
/// <param name="ResolveLimit">What a firing figure has to come back to; null: 5 % inside the limit. Between the two nothing changes.</param>
/// <param name="Significance">Highest p-value, corrected for the number of tests, with which a figure counts as beyond; null: it is not asked.</param>
/// <param name="MinimumSamples">With fewer a figure says nothing.</param>
/// <param name="Window">The figures within it are taken together.</param>
/// <param name="For">How long it has to be bad without a break before it fires; zero: at once.</param>
/// <param name="KeepFiring">How long it has to be good again before it resolves.</param>
/// <param name="AbsentFor">Fires too when no figure came for so long while a version serves; null: missing figures say nothing.</param>
public sealed partial record AlertCondition(
    string Measure, string? Column, string? Segment, AlertComparison Comparison, double? Limit, double? ResolveLimit, double? Significance,
    AlertAggregate Aggregate, long MinimumSamples, TimeSpan Window, TimeSpan For, TimeSpan KeepFiring, TimeSpan? AbsentFor)
{
    /// <summary>In the place of a column's or a segment's name.</summary>
    public const string Any = "*";

    /// <summary>How far inside the limit a figure has to come back where the rule does not say.</summary>
    public const double Band = 0.05;
    public const long MostSamples = 1_000_000_000;
    public static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan LongestTime = TimeSpan.FromDays(7);

    /// <summary>How long after its window a figure may come.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(15);

    public static readonly AlertCondition Default = new(
        "errors.share", null, null, AlertComparison.Above, null, null, null, AlertAggregate.Mean, 1,
        TimeSpan.FromMinutes(5), TimeSpan.Zero, TimeSpan.Zero, null);

    /// <summary>How far back figures have to be read so that nothing is judged otherwise for want of them.</summary>
    public TimeSpan LooksBack() => Window + For + KeepFiring + (AbsentFor ?? TimeSpan.Zero) + Late;

    public Refusal? Check()
    {
        if (Measure is not { Length: > 0 and <= Limits.Name } || !MeasureForm().IsMatch(Measure))
            return new InvalidInput("measure", "a measure such as errors.share, latency.p99_ms or drift.psi");
        return NotAPart("column", Column) ?? NotAPart("segment", Segment) ?? CheckLimits() ?? CheckTimes();
    }

    /// <summary>The limit for one figure; null when neither the rule nor the figure has one, and nothing can be said.</summary>
    public double? LimitOf(Reading reading) => Limit ?? reading.Threshold;

    public bool IsBeyond(Judged judged) =>
        (Comparison == AlertComparison.Above ? judged.Value > judged.Limit : judged.Value < judged.Limit)
        && IsSignificant(judged);

    /// <summary>Well inside again. Limit 0.2, none to resolve by: 0.19 and less is; 0.195 neither fires nor resolves.</summary>
    public bool IsBack(Judged judged)
    {
        if (!IsSignificant(judged))
            return true;
        var inside = Math.Abs(judged.Limit) * Band;
        return Comparison == AlertComparison.Above
            ? judged.Value <= (ResolveLimit ?? judged.Limit - inside)
            : judged.Value >= (ResolveLimit ?? judged.Limit + inside);
    }

    private bool IsSignificant(Judged judged) =>
        (Limit is not null || judged.Breached != false) && (Significance is not { } highest || judged.PValue <= highest);

    private Refusal? CheckLimits()
    {
        if (Limit is { } limit && !double.IsFinite(limit))
            return new InvalidInput("limit", "a finite number");
        if (ResolveLimit is { } resolve && (Limit is not { } fires || !double.IsFinite(resolve) || (Comparison == AlertComparison.Above ? resolve > fires : resolve < fires)))
            return new InvalidInput("resolveLimit", "beside a limit, and on the good side of it");
        if (Significance is not (null or (> 0 and <= 1)))
            return new InvalidInput("significance", "above 0, up to 1");
        return MinimumSamples is < 0 or > MostSamples ? new InvalidInput("minimumSamples", $"0 to {MostSamples}") : null;
    }

    private Refusal? CheckTimes()
    {
        if (Window < ShortestWindow || Window > LongestTime)
            return new InvalidInput("window", $"{ShortestWindow.TotalSeconds} second to {LongestTime.TotalDays} days");
        if (For < TimeSpan.Zero || For > LongestTime)
            return new InvalidInput("for", $"0 to {LongestTime.TotalDays} days");
        if (KeepFiring < TimeSpan.Zero || KeepFiring > LongestTime)
            return new InvalidInput("keepFiring", $"0 to {LongestTime.TotalDays} days");
        return AbsentFor is { } absent && (absent < ShortestWindow || absent > LongestTime)
            ? new InvalidInput("absentFor", $"{ShortestWindow.TotalSeconds} second to {LongestTime.TotalDays} days")
            : null;
    }

    private static Refusal? NotAPart(string field, string? name) =>
        name is "" ? new InvalidInput(field, $"a name, or {Any} for every one") : Texts.Longer(field, name, Limits.Name);

    [GeneratedRegex(@"^[a-z0-9_]+(\.[a-z0-9_]+)+\z")]
    private static partial Regex MeasureForm();
}
