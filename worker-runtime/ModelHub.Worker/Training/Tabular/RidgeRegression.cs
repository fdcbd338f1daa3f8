namespace ModelHub.Worker.Training.Tabular;

/// <summary>
/// Ridge regression (Hoerl, Kennard 1970) by the normal equations: minimises
/// mean squared error / 2 + lambda/2 · |w|², the intercept not penalised. One exact solve, so there is no start.
/// </summary>
internal static class RidgeRegression
{
    /// <returns>Width + 1 coefficients, the intercept last.</returns>
    public static double[] Fit(Design design, double[] truth, ReadOnlySpan<int> rows, double lambda)
    {
        var right = new double[design.Width + 1];
        var left = new double[design.Width + 1, design.Width + 1];
        foreach (var row in rows)
        {
            design.AddRow(row, truth[row] / rows.Length, right);
            design.AddOuter(row, 1.0 / rows.Length, left);
        }
        for (var i = 0; i < design.Width; i++) left[i, i] += lambda;
        return [.. NormalEquations.Solve(left, right)];
    }
}
