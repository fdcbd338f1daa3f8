using MathNet.Numerics.LinearAlgebra;

namespace ModelHub.Worker.Training.Tabular;

/// <summary>
/// L2-regularised logistic regression by iteratively reweighted least squares (Newton's method; Hastie, Tibshirani,
/// Friedman, The Elements of Statistical Learning, 2nd ed., 4.4.1). Minimises
/// mean log loss + lambda/2 · |w|², the intercept not penalised.
/// </summary>
internal static class LogisticRegression
{
    private const int MaximumSteps = 50;
    private const double GradientTolerance = 1e-10;

    public static double Probability(double logit) => 1 / (1 + Math.Exp(-logit));

    /// <param name="truth">1 for the positive class, else 0; one per row of the design.</param>
    /// <param name="start">Width + 1 coefficients to start from; not changed.</param>
    /// <returns>Width + 1 coefficients, the intercept last, and the Newton steps taken.</returns>
    public static (double[] Coefficients, int Steps) Fit(
        Design design, double[] truth, ReadOnlySpan<int> rows, double lambda, double[] start, CancellationToken ct)
    {
        var current = (double[])start.Clone();
        var loss = Loss(design, truth, rows, lambda, current);
        for (var step = 0; step < MaximumSteps; step++)
        {
            ct.ThrowIfCancellationRequested();
            var (gradient, hessian) = Derivatives(design, truth, rows, lambda, current);
            if (gradient.Max(Math.Abs) < GradientTolerance) return (current, step);
            var direction = NormalEquations.Solve(hessian, gradient);
            var (next, nextLoss) = Halve(design, truth, rows, lambda, current, loss, direction);
            if (nextLoss >= loss) return (current, step);
            (current, loss) = (next, nextLoss);
        }
        return (current, MaximumSteps);
    }

    /// <summary>A full Newton step overshoots far from the optimum: it is halved until the loss falls.</summary>
    private static (double[] At, double Loss) Halve(
        Design design, double[] truth, ReadOnlySpan<int> rows, double lambda, double[] from, double loss, Vector<double> direction)
    {
        for (var size = 1.0; size > 1e-6; size /= 2)
        {
            var next = new double[from.Length];
            for (var i = 0; i < next.Length; i++) next[i] = from[i] - size * direction[i];
            var nextLoss = Loss(design, truth, rows, lambda, next);
            if (nextLoss < loss) return (next, nextLoss);
        }
        return (from, loss);
    }

    private static (double[] Gradient, double[,] Hessian) Derivatives(
        Design design, double[] truth, ReadOnlySpan<int> rows, double lambda, double[] at)
    {
        var gradient = new double[at.Length];
        var hessian = new double[at.Length, at.Length];
        foreach (var row in rows)
        {
            var p = Probability(design.Dot(row, at));
            design.AddRow(row, (p - truth[row]) / rows.Length, gradient);
            design.AddOuter(row, p * (1 - p) / rows.Length, hessian);
        }
        for (var i = 0; i < design.Width; i++)
        {
            gradient[i] += lambda * at[i];
            hessian[i, i] += lambda;
        }
        return (gradient, hessian);
    }

    private static double Loss(Design design, double[] truth, ReadOnlySpan<int> rows, double lambda, double[] at)
    {
        double sum = 0, penalty = 0;
        foreach (var row in rows)
        {
            var logit = design.Dot(row, at);
            // log(1 + e^z) - y·z, written so that it does not overflow for large |z|.
            sum += Math.Max(logit, 0) + Math.Log(1 + Math.Exp(-Math.Abs(logit))) - truth[row] * logit;
        }
        for (var i = 0; i < design.Width; i++) penalty += at[i] * at[i];
        return sum / rows.Length + lambda / 2 * penalty;
    }
}
