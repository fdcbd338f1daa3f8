using ModelHub.Domain.Explanations;
using ModelHub.Domain.Models;
using ModelHub.Domain.Predictions.Quality;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Jobs;
using ModelHub.Worker.Training.Tabular;

namespace ModelHub.Worker.Explanations;

/// <summary>What a version and its data are measured with.</summary>
/// <param name="Fields">The columns that it takes.</param>
/// <param name="Labels">The truth of each row.</param>
internal sealed record MeasuredRows(string Model, Signature Signature, IReadOnlyList<string> Fields, Table Table, IReadOnlyList<string> Labels, long WithLabel);

/// <summary>Measures a version on rows as they are, then with each column dealt anew several times.</summary>
internal sealed class PermuteColumns(PredictRows predict)
{
    /// <exception cref="BadInputException">The metric cannot be said of these rows.</exception>
    public async Task<ImportanceResult> RunAsync(MeasuredRows rows, ImportanceSettings settings, ScratchFolder scratch, IProgressLog log, CancellationToken ct)
    {
        var report = Report(await predict.RunAsync(rows.Model, rows.Signature, rows.Table, scratch, ct), rows.Labels, settings);
        var metric = settings.Metric ?? ImportanceMetrics.Usual(report);
        var baseline = metric.In(report) ?? throw new BadInputException($"metric: {metric} cannot be said of these {rows.Table.Rows} rows and what the version answers to them.");
        log.Progress(0.1, FormattableString.Invariant($"{metric} is {baseline:G6} on {rows.Table.Rows} rows as they are"));

        var copies = rows.Fields.SelectMany((field, column) => Enumerable.Range(0, settings.Repeats).Select(repeat => (field, From: Deal(rows.Table.Rows, settings.Seed, column, repeat)))).ToList();
        var measured = rows.Fields.ToDictionary(field => field, _ => new List<double>(settings.Repeats), StringComparer.Ordinal);
        var together = Math.Max(1, PredictRows.AtOnce(rows.Signature) / rows.Table.Rows);
        for (var done = 0; done < copies.Count; done += together)
        {
            var some = copies.Skip(done).Take(together).ToList();
            var predicted = await predict.RunAsync(rows.Model, rows.Signature, rows.Table.Permuted([.. some.Select(c => (c.field, c.From()))]), scratch, ct);
            for (var i = 0; i < some.Count; i++)
                measured[some[i].field].Add(Permuted(metric, some[i].field, predicted.AsSpan(i * rows.Table.Rows, rows.Table.Rows).ToArray(), rows.Labels, settings));
            log.Progress(0.1 + 0.9 * (done + some.Count) / copies.Count, null);
        }
        return ImportanceResult.Of(metric, baseline, rows.Table.Rows, rows.WithLabel, [.. measured.Select(m => (m.Key, (IReadOnlyList<double>)m.Value))]);
    }

    private static double Permuted(ImportanceMetric metric, string column, Predicted[] predicted, IReadOnlyList<string> labels, ImportanceSettings settings) =>
        metric.In(Report(predicted, labels, settings)) ?? throw new BadInputException($"metric: with {column} permuted, {metric} cannot be said of what the version answers.");

    private static QualityReport Report(Predicted[] predicted, IReadOnlyList<string> labels, ImportanceSettings settings)
    {
        var tally = new QualityTally();
        foreach (var (row, label) in SingleScores.AsClasses(predicted, labels).Zip(labels)) tally.Add(row, label);
        return tally.Report(settings.Positive is { } positive ? Domain.Predictions.LabelValue.Of(positive) : null);
    }

    /// <summary>Made when it is needed: all at once would be columns × repeats × rows.</summary>
    private static Func<int[]> Deal(int rows, int seed, int column, int repeat) => () =>
    {
        var from = Enumerable.Range(0, rows).ToArray();
        new Random(unchecked((seed * 31 + column) * 1_009 + repeat)).Shuffle(from);
        return from;
    };
}
