using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using ModelHub.Cli.Postgres;
using ModelHub.Database;
using ModelHub.Database.Predictions;
using ModelHub.Domain.Predictions.Quality;
using ModelHub.Migrations;

namespace ModelHub.Benchmarks.Predictions;

/// <summary>
/// 100,000 predictions and 100,000 labels in shuffled order, with duplicates and corrections: the figures from the ledger beside those of a batch
/// computation that never saw the ledger, and what writing and reading them takes.
/// </summary>
internal static class LabelBenchmark
{
    private const int PredictionsAtOnce = 5_000;
    private const int LabelsAtOnce = 5_000;
    private static readonly DateTimeOffset Begin = DateTimeOffset.UtcNow.AddHours(-20);

    public static async Task RunAsync(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("modelhub-bench-");
        await using (var postgres = await EmbeddedPostgres.StartAsync(folder.FullName, ct: ct))
        {
            await ApplyMigrations.RunAsync(postgres.ConnectionString, ct);
            await using var db = ApplyMigrations.Open(postgres.ConnectionString);
            await MeasureAsync(db, ct);
        }
        folder.Delete(recursive: true);
    }

    private static async Task MeasureAsync(ModelHubDb db, CancellationToken ct)
    {
        var story = LabelStory.Make(new Random(6), Begin);
        var endpoint = await LabelStory.EndpointAsync(db, ct);
        await KeepPredictions.EnsureAsync(db, DateTimeOffset.UtcNow, ct);
        var table = new Table($"Ledger: {story.Scores.Length:N0} predictions, {story.Labels.Length:N0} labels in shuffled order", "", "seconds", "per second");

        await TimedAsync(table, "predictions written (COPY)", story.Scores.Length, async () =>
        {
            var number = 0;
            foreach (var some in Enumerable.Range(0, story.Scores.Length).Chunk(PredictionsAtOnce))
                await WriteLedger.RunAsync(db, [story.Batch(endpoint, ++number, some)], DateTimeOffset.UtcNow, ct);
        });
        await TimedAsync(table, "labels written", story.Labels.Length, async () =>
        {
            foreach (var some in story.Labels.Chunk(LabelsAtOnce))
                await WriteLabels.RunAsync(db, endpoint, some, "bench", DateTimeOffset.UtcNow, ct);
        });
        await db.Database.ExecuteSqlRawAsync("analyze", ct);
        QualityReport? report = null;
        await TimedAsync(table, "quality read", story.Scores.Length, async () =>
        {
            var tally = new QualityTally();
            await foreach (var row in ReadLedger.RunAsync(db, new LedgerPart(endpoint, null, Begin.AddHours(-1), DateTimeOffset.UtcNow), ct))
                tally.Add(row);
            report = tally.Report();
        });
        IReadOnlyList<MaturityPoint> maturity = [];
        await TimedAsync(table, "label maturity read", story.Scores.Length, async () =>
            maturity = (await ReadLabelMaturity.RunAsync(db, [endpoint], new LedgerPart(endpoint, null, Begin.AddHours(-1), DateTimeOffset.UtcNow), DateTimeOffset.UtcNow, ct))[endpoint]);
        table.Print();
        Compare(report!, story);
    }

    private static void Compare(QualityReport ledger, LabelStory story)
    {
        var batch = story.Batch();
        var table = new Table($"Figures of {ledger.Labelled:N0} labelled predictions", "", "ledger", "batch computation", "difference");
        foreach (var (name, of, by) in ((string, double?, double)[])
        [
            ("labelled", ledger.Labelled, batch.Labelled), ("accuracy", ledger.Accuracy, batch.Accuracy), ("precision", ledger.Precision, batch.Precision), ("recall", ledger.Recall, batch.Recall),
            ("AUC", ledger.Auc, batch.Auc), ("log loss", ledger.LogLoss, batch.LogLoss), ("Brier", ledger.Brier, batch.Brier),
        ])
        {
            table.Add(name, $"{of:0.0000000000}", $"{by:0.0000000000}", $"{Math.Abs(of!.Value - by):0.0e+0}");
            if (Math.Abs(of.Value - by) > 1e-9)
                throw new InvalidOperationException($"{name}: {of} in the ledger, {by} in the batch computation.");
        }
        table.Print();
    }

    private static async Task TimedAsync(Table table, string what, int count, Func<Task> work)
    {
        var begun = Stopwatch.GetTimestamp();
        await work();
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        table.Add(what, $"{seconds:0.00}", $"{count / seconds:0}");
    }
}
