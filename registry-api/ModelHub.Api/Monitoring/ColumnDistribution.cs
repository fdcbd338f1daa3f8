using System.Globalization;
using ModelHub.Domain.Monitoring;

namespace ModelHub.Api.Monitoring;

/// <summary>One slot of a column, in the baseline and in the window.</summary>
/// <param name="Label">The bin's ends, or the known text.</param>
/// <param name="Baseline">Values in the baseline.</param>
/// <param name="Window">Values in the window.</param>
internal sealed record DistributionSlot(string Label, long Baseline, long Window);

/// <summary>Two distributions of one input column side by side, on the same slots.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Slots">In order; those at the ends hold what lies outside the baseline.</param>
/// <param name="BaselineNulls">Rows of the baseline without a value.</param>
/// <param name="WindowNulls">Rows of the window without a value.</param>
/// <param name="Drift">How far they are apart.</param>
internal sealed record ColumnDistribution(string Column, IReadOnlyList<DistributionSlot> Slots, long BaselineNulls, long WindowNulls, Drift Drift)
{
    /// <returns>Null for a column that is not counted.</returns>
    public static ColumnDistribution? Of(Baseline training, TrafficSketch? chosen, TrafficSketch window, string name, int fewest)
    {
        if (training.Column(name) is not { } column || window.Column(name) is not { } counts || window.Bins != training.Fingerprint)
            return null;
        var before = chosen?.Column(name);
        var baseline = chosen is null ? column.Counts : before?.Slots ?? [.. column.Counts.Select(_ => 0L)];
        return new(
            name, [.. Labels(column).Select((label, i) => new DistributionSlot(label, baseline[i], counts.Slots[i]))],
            chosen is null ? column.Nulls : before is null ? 0 : chosen.Nulls(before), window.Nulls(counts), Domain.Monitoring.Drift.Of(column, baseline, counts.Slots, fewest));
    }

    private static IEnumerable<string> Labels(ColumnBaseline column)
    {
        if (column.Numbers is not { Edges: var edges })
            return [.. column.Values!, "(other)"];
        var bins = edges.Skip(1).Select((edge, i) => string.Create(CultureInfo.InvariantCulture, $"{edges[i]} to {edge}"));
        return [string.Create(CultureInfo.InvariantCulture, $"below {edges[0]}"), .. bins, string.Create(CultureInfo.InvariantCulture, $"above {edges[^1]}")];
    }
}

[ObjectType<Drift>(Only = [nameof(Drift.Samples), nameof(Drift.Psi), nameof(Drift.Js), nameof(Drift.Ks), nameof(Drift.KsPValue), nameof(Drift.Wasserstein), nameof(Drift.Chi2)])]
[Authorize(nameof(Permission.Read))]
internal static class DriftFields;
