namespace ModelHub.Domain.Monitoring;

/// <summary>The keys of what monitors measure. They stand in stored rows and in people's alert rules: none is ever renamed.</summary>
public static class Measures
{
    public const string DriftPsi = "drift.psi";
    public const string DriftJs = "drift.js";
    public const string DriftKs = "drift.ks";
    public const string DriftWasserstein = "drift.wasserstein";
    public const string DriftChi2 = "drift.chi2";
    public const string PredictionPsi = "prediction.psi";
    public const string NullShare = "data.null_share";
    public const string OutOfRangeShare = "data.out_of_range_share";
    public const string UnseenShare = "data.unseen_share";
    public const string TypeErrorShare = "data.type_error_share";
    public const string UnusualShare = "input.unusual_share";
    public const string UnreadShare = "input.unread_share";
    public const string SkippedShare = "input.skipped_share";
    public const string LatencyP50 = "latency.p50_ms";
    public const string LatencyP99 = "latency.p99_ms";
    public const string ErrorShare = "errors.share";
    public const string RequestRate = "requests.rate";
    public const string Accuracy = "quality.accuracy";
    public const string Precision = "quality.precision";
    public const string Recall = "quality.recall";
    public const string F1 = "quality.f1";
    public const string Auc = "quality.auc";
    public const string LogLoss = "quality.log_loss";
    public const string Brier = "quality.brier";
    public const string Calibration = "quality.calibration";
    public const string Mae = "quality.mae";
    public const string Rmse = "quality.rmse";
    public const string R2 = "quality.r2";
    public const string QualityChange = "quality.change";
    public const string ConceptDrift = "concept.drift";
    public const string ConceptChange = "concept.change";
    public const string EstimatedAccuracy = "quality.estimated_accuracy";

    public static readonly IReadOnlyList<string> All =
    [
        DriftPsi, DriftJs, DriftKs, DriftWasserstein, DriftChi2, PredictionPsi, NullShare, OutOfRangeShare, UnseenShare, TypeErrorShare, UnusualShare, UnreadShare, SkippedShare,
        LatencyP50, LatencyP99, ErrorShare, RequestRate, Accuracy, Precision, Recall, F1, Auc, LogLoss, Brier, Calibration, Mae, Rmse, R2, QualityChange, ConceptDrift, ConceptChange, EstimatedAccuracy,
    ];
}
