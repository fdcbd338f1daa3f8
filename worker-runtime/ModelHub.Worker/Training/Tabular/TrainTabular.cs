using System.Globalization;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Training.Tabular;

/// <param name="Holdout">Row numbers of the table that the model never saw.</param>
/// <param name="Predictions">For each holdout row the probability of the positive class, or the predicted value.</param>
internal sealed record TrainedModel(
    LinearModel Model, double Lambda, IReadOnlyDictionary<string, double> Metrics, int[] Holdout, double[] Predictions);

/// <summary>
/// The built-in trainer: split, encode, choose the penalty by cross-validation on the training rows, fit, measure on
/// the holdout. The same table, definition and parent give the same model, bit for bit.
/// </summary>
internal static class TrainTabular
{
    private const int FewestRows = 20;

    /// <param name="last">So many rows at the end are the holdout; null: a share of all, drawn by the seed.</param>
    /// <param name="progress">Told the share done (0 to 1) and a line for the log, where there is one to say.</param>
    public static TrainedModel Run(
        Table table, TabularDefinition definition, RawCoefficients? parent, Action<double, string?> progress, CancellationToken ct, int? last = null)
    {
        if (table.Rows < FewestRows) throw new BadInputException($"The data has {table.Rows} rows; training needs at least {FewestRows}.");
        var target = Target.Of(table, definition);
        var (train, holdout) = Split(table.Rows, definition, last);
        if (target.Classes is not null && train.Select(r => target.Truth[r]).Distinct().Count() < 2)
            throw new BadInputException("The training rows hold only one of the two classes; give more rows of the rarer one.");

        var space = FeatureSpace.Fit(table, Features(table, definition), train);
        var fit = new LinearFit(target.Task, space.Encode(table, [.. Enumerable.Range(0, table.Rows)]), target.Truth);
        progress(0.1, Invariant($"{target.Task}: {train.Length} rows to train, {holdout.Length} held out, {space.Numeric.Count} numeric and {space.Categorical.Count} categorical columns, {space.Width} model inputs"));

        var start = Start(definition, parent, target, space, progress);
        var lambda = definition.Lambda ?? Choose(definition, fit, train, start, progress, ct);
        var coefficients = fit.Coefficients(train, lambda, start, ct);
        var predictions = holdout.Select(row => fit.Predict(row, coefficients)).ToArray();
        var truth = holdout.Select(row => target.Truth[row]).ToArray();
        var metrics = target.Classes is null ? RegressionMetrics.Of(predictions, truth) : ClassificationMetrics.Of(predictions, truth);
        progress(0.95, Invariant($"{(definition.Lambda is null ? "chose" : "with")} lambda {lambda:G}; on the holdout: {string.Join(", ", metrics.Select(m => Invariant($"{m.Key} {m.Value:F4}")))}"));
        return new(new(definition.Target, space, coefficients, target.Classes), lambda, metrics, holdout, predictions);
    }

    private static double Choose(TabularDefinition definition, LinearFit fit, int[] train, double[] start, Action<double, string?> progress, CancellationToken ct)
    {
        var fits = definition.Folds * definition.Lambdas.Distinct().Count();
        var scores = SearchLambda.Run(fit, train, definition.Folds, definition.Lambdas, start, done => progress(0.1 + 0.8 * done / fits, null), ct);
        foreach (var score in scores) progress(0.9, Invariant($"lambda {score.Lambda:G}: {(fit.Task == TabularTask.Classification ? "log loss" : "squared error")} {score.Loss:G6} over {definition.Folds} folds"));
        return scores[0].Lambda;
    }

    private static (int[] Train, int[] Holdout) Split(int rows, TabularDefinition definition, int? last)
    {
        if (last is { } after) return ([.. Enumerable.Range(0, rows - after)], [.. Enumerable.Range(rows - after, after)]);
        var order = Enumerable.Range(0, rows).ToArray();
        new Random(definition.Seed).Shuffle(order);
        var held = Math.Max(1, (int)Math.Round(rows * definition.Holdout));
        return (order[held..], order[..held]);
    }

    private static List<string> Features(Table table, TabularDefinition definition)
    {
        foreach (var name in definition.Exclude) _ = table[name];
        if (definition.Features is { } named)
            return named.Contains(definition.Target)
                ? throw new BadInputException($"features: \"{definition.Target}\" is the target and cannot be a feature.")
                : [.. named.Distinct().Except(definition.Exclude)];
        var rest = table.Columns.Select(c => c.Name).Where(n => n != definition.Target).Except(definition.Exclude).ToList();
        return rest.Count > 0 ? rest : throw new BadInputException("exclude: no column is left to predict from.");
    }

    private static double[] Start(
        TabularDefinition definition, RawCoefficients? parent, Target target, FeatureSpace space, Action<double, string?> progress)
    {
        if (!definition.WarmStart || parent is null || parent.PositiveClass != target.Classes?[1]) return new double[space.Width + 1];
        progress(0.1, $"starting from the parent's coefficients: {parent.Matched(space)} of {space.Width} model inputs known to it");
        return parent.In(space);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
