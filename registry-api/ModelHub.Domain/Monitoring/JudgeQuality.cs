using ModelHub.Domain.Predictions.Quality;

namespace ModelHub.Domain.Monitoring;

/// <summary>How good the predictions were whose labels came in a window; of all rows, or of those with one value of the chosen input column.</summary>
/// <param name="Segment">Null: of all.</param>
public sealed record SegmentQuality(string? Segment, QualityReport Report);

/// <summary>
/// What labels say of the model. Labels come late, so a window tells of the predictions whose labels came in it, whenever those were made: a figure is then
/// final when it is written.
/// </summary>
internal static class JudgeQuality
{
    public static IEnumerable<MonitorValue> Of(WindowFacts facts) =>
        from quality in facts.Quality
        from figure in Figures(quality.Report)
        where figure.Value is not null
        select facts.Plain(figure.Measure, figure.Value, quality.Report.Labelled) with { Segment = quality.Segment };

    private static IEnumerable<(string Measure, double? Value)> Figures(QualityReport report) =>
    [
        (Measures.Accuracy, report.Accuracy), (Measures.Precision, report.Precision), (Measures.Recall, report.Recall), (Measures.F1, report.F1), (Measures.Auc, report.Auc),
        (Measures.LogLoss, report.LogLoss), (Measures.Brier, report.Brier), (Measures.Calibration, report.Calibration), (Measures.Mae, report.Mae), (Measures.Rmse, report.Rmse), (Measures.R2, report.R2),
    ];
}
