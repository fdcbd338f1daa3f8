namespace ModelHub.Worker.Training.Tabular;

/// <summary>The mean loss over the folds for one penalty.</summary>
internal sealed record LambdaScore(double Lambda, double Loss);

/// <summary>k-fold cross-validation over the penalties; the folds are the given rows dealt out in turn.</summary>
internal static class SearchLambda
{
    /// <param name="rows">Row numbers in shuffled order.</param>
    /// <param name="done">Told after each fit: how many of folds × lambdas are done.</param>
    /// <returns>The scores, best first; of equal losses the stronger penalty is better.</returns>
    public static IReadOnlyList<LambdaScore> Run(
        LinearFit fit, int[] rows, int folds, IReadOnlyList<double> lambdas, double[] start, Action<int> done, CancellationToken ct)
    {
        // From strong to weak: each fit starts where the one before ended, so it takes few steps.
        var path = lambdas.Distinct().OrderDescending().ToArray();
        var sums = new double[path.Length];
        for (var fold = 0; fold < folds; fold++)
        {
            var train = rows.Where((_, i) => i % folds != fold).ToArray();
            var validate = rows.Where((_, i) => i % folds == fold).ToArray();
            var coefficients = start;
            for (var i = 0; i < path.Length; i++)
            {
                ct.ThrowIfCancellationRequested();
                coefficients = fit.Coefficients(train, path[i], coefficients, ct);
                sums[i] += fit.Loss(validate, coefficients) / folds;
                done(fold * path.Length + i + 1);
            }
        }
        return [.. path.Select((lambda, i) => new LambdaScore(lambda, sums[i])).OrderBy(s => s.Loss).ThenByDescending(s => s.Lambda)];
    }
}
