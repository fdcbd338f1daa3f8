using ModelHub.Domain.Monitoring;

namespace ModelHub.Domain.Alerts;

/// <summary>
/// The rules of a fresh database, at every model in every environment. What has no limit of its own here is held against the one
/// that its monitor judged it by: where an endpoint's policy names none, such a rule never fires.
/// </summary>
public static class ReadyRules
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private static readonly AlertCondition OneWindow = AlertCondition.Default with { Window = Window, Aggregate = AlertAggregate.Latest, KeepFiring = 2 * Window };

    /// <summary>One window alone may be chance, where there are many columns to look at.</summary>
    private static readonly AlertCondition EveryColumn = OneWindow with { Column = AlertCondition.Any, For = Window };

    public static readonly IReadOnlyList<(string Name, AlertSeverity Severity, AlertCondition Condition, string Description)> All =
    [
        ("errors", AlertSeverity.Critical, OneWindow with { Measure = Measures.ErrorShare, Limit = 0.05, MinimumSamples = 100 }, "More than 5 % of the requests fail."),
        ("slow-answers", AlertSeverity.Warning, OneWindow with { Measure = Measures.LatencyP99, Limit = 1_000, MinimumSamples = 100, For = Window }, "One answer in a hundred takes longer than a second."),
        ("data-drift", AlertSeverity.Warning, EveryColumn with { Measure = Measures.DriftPsi }, "Inputs are distributed otherwise than in training."),
        ("prediction-drift", AlertSeverity.Warning, EveryColumn with { Measure = Measures.PredictionPsi }, "Answers are distributed otherwise than before."),
        ("missing-values", AlertSeverity.Warning, EveryColumn with { Measure = Measures.NullShare }, "More values are missing than the monitor allows."),
        ("out-of-range", AlertSeverity.Info, EveryColumn with { Measure = Measures.OutOfRangeShare }, "Values lie outside what training has seen."),
        ("unseen-categories", AlertSeverity.Info, EveryColumn with { Measure = Measures.UnseenShare }, "Categories come that training has not seen."),
        ("type-errors", AlertSeverity.Warning, EveryColumn with { Measure = Measures.TypeErrorShare }, "Values are of a wrong type."),
        ("unusual-inputs", AlertSeverity.Warning, OneWindow with { Measure = Measures.UnusualShare, For = Window }, "Rows are out of the training range in several columns at once."),
        ("low-accuracy", AlertSeverity.Critical, OneWindow with { Measure = Measures.Accuracy, Comparison = AlertComparison.Below }, "Labels say that too few answers are right."),
        ("concept-drift", AlertSeverity.Critical, OneWindow with { Measure = Measures.ConceptDrift }, "Labels say that what is to be learned has changed."),
        ("high-error", AlertSeverity.Critical, OneWindow with { Measure = Measures.Rmse }, "Labels say that answers are too far off."),
    ];
}
