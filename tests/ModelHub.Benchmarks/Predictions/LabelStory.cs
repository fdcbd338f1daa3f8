using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Predictions;
using ModelHub.Domain.Access;
using ModelHub.Domain.Models;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Rollouts;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;

namespace ModelHub.Benchmarks.Predictions;

/// <summary>What the batch computation finds.</summary>
internal sealed record BatchFigures(double Labelled, double Accuracy, double Precision, double Recall, double Auc, double LogLoss, double Brier);

/// <summary>A made-up past: scores, and labels that come in any order, one in ten twice and one in ten corrected; one in five never.</summary>
internal sealed record LabelStory(double[] Scores, int?[] Truth, GivenLabel[] Labels, DateTimeOffset Begin)
{
    private const int Predictions = 100_000;
    private static readonly Guid Variant = Guid.CreateVersion7(), Version = Guid.CreateVersion7(), Router = Guid.CreateVersion7(), Run = Guid.CreateVersion7();

    public static LabelStory Make(Random random, DateTimeOffset begin)
    {
        var scores = Enumerable.Range(0, Predictions).Select(_ => Math.Round(random.NextDouble(), 4)).ToArray();
        var truth = new int?[Predictions];
        var labels = new List<GivenLabel>();
        for (var i = 0; i < Predictions; i++)
        {
            if (random.Next(5) == 0)
                continue;
            var (value, at) = (random.NextDouble() < scores[i] ? 1 : 0, begin.AddMinutes(random.Next(600)));
            labels.Add(Label(i, value, at));
            truth[i] = value;
            if (random.Next(10) == 0)
                labels.Add(Label(i, value, at));
            if (random.Next(10) == 0)
                labels.Add(Label(i, (truth[i] = 1 - value).Value, at.AddMinutes(1 + random.Next(60))));
        }
        // So that there are as many as predictions: more of what is known already.
        while (labels.Count < Predictions)
            labels.Add(labels[random.Next(labels.Count)]);
        var shuffled = labels.ToArray();
        random.Shuffle(shuffled);
        return new(scores, truth, shuffled, begin);
    }

    public static async Task<EndpointId> EndpointAsync(ModelHubDb db, CancellationToken ct)
    {
        var (actor, now) = (Actor.System("bench"), DateTimeOffset.UtcNow);
        var model = Model.Create("bench.labels", new ModelDescription(), actor, now).Value;
        var endpoint = Endpoint.Open(model.Id, (await db.Environments.OrderBy(e => e.Rank).FirstAsync(ct)).Id, now);
        db.Add(model);
        db.Add(endpoint);
        await db.CommitAsync([], actor, ct);
        return endpoint.Id;
    }

    public PredictionBatch Batch(EndpointId endpoint, int number, IReadOnlyCollection<int> rows) => new(
        Router, Run, number, [.. rows.Select(i => new LoggedPrediction(
            endpoint.Value, Variant, Version, $"r-{i}", Begin.AddMilliseconds(i * 10), 1, 200, PredictionOutcome.Answered, 1, """[{"age":30,"income":1200.5,"purpose":"car"}]""",
            string.Create(CultureInfo.InvariantCulture, $"[{{\"p\":{{\"0\":{1 - Scores[i]:0.####},\"1\":{Scores[i]:0.####}}}}}]"), null))],
        [new TakenCount(endpoint.Value, rows.Count * number, 0)]);

    /// <summary>By loops over two lists, as one would with all rows in one table.</summary>
    public BatchFigures Batch()
    {
        var rows = Enumerable.Range(0, Scores.Length).Where(i => Truth[i] is not null).Select(i => (P: Scores[i], Y: Truth[i]!.Value)).ToList();
        double n = rows.Count, positives = rows.Count(r => r.Y == 1);
        var taken = rows.Where(r => r.P > 0.5).ToList();
        var ranks = rows.GroupBy(r => r.P).OrderBy(g => g.Key).Select(g => (All: g.Count(), Positive: g.Count(r => r.Y == 1))).ToList();
        double below = 0, area = 0;
        foreach (var (all, positive) in ranks)
        {
            area += positive * (below + (all - positive) / 2.0);
            below += all - positive;
        }
        return new(
            n, rows.Count(r => r.P > 0.5 == (r.Y == 1)) / n, taken.Count(r => r.Y == 1) / (double)taken.Count, taken.Count(r => r.Y == 1) / positives,
            area / (positives * (n - positives)), rows.Average(r => -Math.Log(Math.Max(1e-15, r.Y == 1 ? r.P : Math.Round(1 - r.P, 4)))), rows.Average(r => (r.P - r.Y) * (r.P - r.Y)));
    }

    private static GivenLabel Label(int request, int value, DateTimeOffset at) => new($"r-{request}", 0, LabelValue.Of(value), at);
}
