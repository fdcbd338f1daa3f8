using ModelHub.Domain.Predictions;
using ModelHub.Domain.Predictions.Quality;

namespace ModelHub.Tests.Domain.Predictions;

/// <summary>Labels as they come in life: some never, some twice, some corrected later.</summary>
internal static class LabelArrivals
{
    public static readonly DateTimeOffset Begin = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    public static (int Row, LabelArrival Label, Predicted Predicted)[] Draw(Random random, int n)
    {
        var all = new List<(int, LabelArrival, Predicted)>();
        for (var row = 0; row < n; row++)
        {
            var p = random.NextDouble();
            var predicted = new Predicted(p > 0.5 ? "1" : "0", [new("0", 1 - p), new("1", p)]);
            var label = new LabelArrival(0, random.NextDouble() < p ? "1" : "0", Begin.AddHours(random.Next(24)), Begin.AddHours(random.NextDouble() * 48));
            if (random.Next(10) > 0)
                all.Add((row, label, predicted));
            if (random.Next(10) == 0)
                all.Add((row, label with { ArrivedAt = Begin.AddHours(random.NextDouble() * 48) }, predicted));
            if (random.Next(10) == 0)
                all.Add((row, label with { Value = label.Value == "1" ? "0" : "1", ObservedAt = label.ObservedAt.AddHours(random.Next(-1, 2)), ArrivedAt = Begin.AddHours(random.NextDouble() * 48) }, predicted));
        }
        var shuffled = all.ToArray();
        random.Shuffle(shuffled);
        return shuffled;
    }

    public static QualityReport Figures(IReadOnlyList<(int Row, LabelArrival Label, Predicted Predicted)> arrivals, DateTimeOffset at)
    {
        var tally = new QualityTally();
        foreach (var row in arrivals.GroupBy(a => a.Row))
            tally.Add(row.First().Predicted, KnownLabel.At(row.Select(r => r.Label), at)?.Value);
        return tally.Report();
    }
}
