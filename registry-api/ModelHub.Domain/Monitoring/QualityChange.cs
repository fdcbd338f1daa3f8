using ModelHub.Domain.Predictions.Quality;

namespace ModelHub.Domain.Monitoring;

/// <summary>How quality has changed against the reference, whatever the reason: accuracy of classes, R² of numbers.</summary>
/// <param name="Change">Of the mean over requests; below zero it is worse.</param>
/// <param name="PValue">The chance of such a change, or a larger one in either direction, when nothing has changed.</param>
public sealed record QualityChange(double Change, double PValue)
{
    /// <summary>
    /// Welch's comparison of two means (Biometrika 34, 1947), by the normal law. Of classes the variance is that of both together, as in the test of two
    /// proportions. Rows of one request count once, with their mean. 800 of 1,000 right before and 150 of 200 now: z = −0.05 / 0.0315 = −1.59, p = 0.11.
    /// </summary>
    /// <returns>Null when one of them is empty or they are of different tasks.</returns>
    public static QualityChange? Of(QualityScore reference, QualityScore window)
    {
        if (reference.Task != window.Task || reference is not { Requests: > 1, Mean: { } before } || window is not { Requests: > 1, Mean: { } now })
            return null;
        var variance = window.Task == QualityTask.Classification
            ? Spread(reference.Requests + window.Requests, reference.Sum + window.Sum, reference.Squares + window.Squares) * (1.0 / reference.Requests + 1.0 / window.Requests)
            : Spread(reference.Requests, reference.Sum, reference.Squares) / reference.Requests + Spread(window.Requests, window.Sum, window.Squares) / window.Requests;
        var change = now - before;
        return new(change, variance > 0 ? IncompleteGamma.Q(0.5, change * change / variance / 2) : change == 0 ? 1 : 0);
    }

    private static double Spread(double n, double sum, double squares) => Math.Max(0, squares - sum * sum / n) / (n - 1);
}
