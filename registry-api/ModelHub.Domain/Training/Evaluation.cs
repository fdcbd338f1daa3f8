using ModelHub.Domain.Gates;
using ModelHub.Domain.Models;

namespace ModelHub.Domain.Training;

/// <summary>One figure of challenger and champion on the same held-out rows.</summary>
/// <param name="Metric">Its name, such as <c>auc</c>.</param>
/// <param name="Challenger">What the new version has.</param>
/// <param name="Champion">What the champion has; null when it could not be compared.</param>
/// <param name="Difference">How much better the challenger is: positive is better, whichever way the metric goes.</param>
/// <param name="Lower">The lower end of the 95 % interval of the difference, paired by row.</param>
/// <param name="Upper">The upper end of the interval.</param>
/// <param name="Method">How the interval was found: <c>delong</c> or <c>bootstrap</c>.</param>
public sealed record HeldOutFigure(string Metric, double Challenger, double? Champion, double? Difference, double? Lower, double? Upper, string? Method);

/// <summary>A challenger and the champion on the last rows of the data, which the challenger never saw.</summary>
/// <param name="TrainedRows">Rows before them, that it was trained on.</param>
/// <param name="HeldOutRows">Rows that it was measured on.</param>
/// <param name="OrderedBy">The column of time; null: the order of the rows.</param>
/// <param name="From">The first held-out row's time.</param>
/// <param name="Until">The last held-out row's time.</param>
/// <param name="Champion">The number of the version it was compared with; null when there was none.</param>
/// <param name="Figures">The one that decides comes first.</param>
/// <param name="Margin">So much better it has to be.</param>
/// <param name="Verdict">Whether it is better than the champion by more than the margin.</param>
/// <param name="Reason">The verdict in words.</param>
public sealed record Evaluation(
    int TrainedRows, int HeldOutRows, string? OrderedBy, string? From, string? Until, int? Champion, IReadOnlyList<HeldOutFigure> Figures, double Margin, Verdict Verdict, string Reason)
{
    private const string Prefix = "heldout.";

    /// <summary>As metrics of the version; all that could be found out.</summary>
    public IEnumerable<Metric> Metrics() =>
        from figure in Figures
        let name = Prefix + figure.Metric
        from metric in ((string Name, double? Value)[])
        [
            (name, figure.Challenger), ($"{Prefix}champion.{figure.Metric}", figure.Champion), ($"{name}.difference", figure.Difference),
            ($"{name}.difference.lower", figure.Lower), ($"{name}.difference.upper", figure.Upper),
        ]
        where metric.Value is not null
        select new Metric(metric.Name, metric.Value ?? double.NaN);

    /// <summary>Better means: the whole interval lies above the margin. What could not be compared is not better.</summary>
    public static (Verdict Verdict, string Reason) Judge(HeldOutFigure deciding, double margin) => deciding.Lower switch
    {
        null => (Verdict.Inconclusive, $"{deciding.Metric} has no interval"),
        { } lower when lower > margin => (Verdict.Pass, FormattableString.Invariant($"{deciding.Metric} is better by {deciding.Difference:0.0000}, at least {lower:0.0000}, above {margin:0.####}")),
        { } lower => (Verdict.Fail, FormattableString.Invariant($"{deciding.Metric} is better by {deciding.Difference:0.0000}, perhaps by {lower:0.0000} only, not above {margin:0.####}")),
    };
}
