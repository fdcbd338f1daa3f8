using System.Globalization;
using ModelHub.Console.Charts;
using ModelHub.Console.Elements;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Monitoring;

internal static class ReadDistribution
{
    public static readonly Operation<ReadDistributionVariables, ReadDistributionData> Operation = new(
        "ReadDistribution",
        Documents.ReadDistribution,
        GraphJson.Default.GraphRequestReadDistributionVariables,
        GraphJson.Default.GraphResponseReadDistributionData);
}

internal sealed record ReadDistributionVariables(string Model, string Environment, string Column, DateTimeOffset From, DateTimeOffset To);

public sealed record ReadDistributionData(Distribution? ColumnDistribution);

/// <summary>A column in the baseline and in a window, on the same slots.</summary>
public sealed record Distribution(string Column, long BaselineNulls, long WindowNulls, IReadOnlyList<DistributionSlot> Slots, DistributionDrift Drift)
{
    public long Baseline => Slots.Sum(slot => slot.Baseline);

    public long Window => Slots.Sum(slot => slot.Window);

    public double Before(DistributionSlot slot) => Percent(slot.Baseline, Baseline);

    public double Now(DistributionSlot slot) => Percent(slot.Window, Window);

    /// <summary>Shares, so that a window of a thousand rows stands beside a baseline of a million.</summary>
    public Bars Bars => new(
        [.. Slots.Select(Label)],
        [new("baseline", [.. Slots.Select(slot => (double?)Math.Round(Before(slot), 2))]), new("window", [.. Slots.Select(slot => (double?)Math.Round(Now(slot), 2))])],
        " %");

    // Edges of bins come in full; four digits tell them apart.
    public string Label(DistributionSlot slot) => Slots[0].Label.StartsWith("below ", StringComparison.Ordinal)
        ? string.Join(' ', slot.Label.Split(' ').Select(word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var edge) ? Show.Number(edge) : word))
        : slot.Label;

    private static double Percent(long part, long whole) => whole == 0 ? 0 : 100.0 * part / whole;
}

public sealed record DistributionSlot(string Label, long Baseline, long Window);

/// <param name="Wasserstein">In the unit of the column.</param>
public sealed record DistributionDrift(long Samples, double? Psi, double? Js, double? Ks, double? Wasserstein, DistributionChi2? Chi2)
{
    public IEnumerable<(string Name, double? Value)> Figures =>
        new[] { ("PSI", Psi), ("Jensen-Shannon", Js), ("Kolmogorov-Smirnov", Ks), ("Wasserstein", Wasserstein), ("χ²", Chi2?.Statistic) }.Where(figure => figure.Item2 is not null);
}

public sealed record DistributionChi2(double Statistic);
