using ModelHub.Domain.Monitoring;

namespace ModelHub.Api.Monitoring;

/// <summary>How far one column was from its baseline, window by window.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Latest">The last value that is known; null when none is.</param>
/// <param name="Values">One for each window of the report; null where it was inconclusive.</param>
/// <param name="Breached">Whether each was beyond its limit, and by more than chance.</param>
internal sealed record ColumnDrift(string Column, double? Latest, IReadOnlyList<double?> Values, IReadOnlyList<bool?> Breached);

/// <summary>Columns by windows, for a heat map: the columns that have drifted furthest first, the windows in the order of time.</summary>
/// <param name="Measure">Such as <c>drift.psi</c>.</param>
/// <param name="Limit">What the newest judged value was held against; null when values of the measure are only noted.</param>
/// <param name="Windows">When each ended.</param>
/// <param name="Columns">One for each column that was judged.</param>
/// <param name="Rows">Rows that were looked at, in all windows.</param>
/// <param name="UnusualRows">Rows out of range in several columns at once, in all windows.</param>
internal sealed record DriftReport(string Measure, double? Limit, IReadOnlyList<DateTimeOffset> Windows, IReadOnlyList<ColumnDrift> Columns, long Rows, long UnusualRows)
{
    /// <param name="drifts">Of one measure and one variant's columns.</param>
    /// <param name="unusual">Of the same windows.</param>
    public static DriftReport Of(string measure, IReadOnlyList<MonitorValue> drifts, IReadOnlyList<MonitorValue> unusual)
    {
        List<DateTimeOffset> windows = [.. drifts.Select(v => v.WindowTo).Distinct().Order()];
        var columns = drifts.Where(v => v.Column is not null).GroupBy(v => v.Column!, StringComparer.Ordinal).Select(g => Column(g.Key, windows, g.ToLookup(v => v.WindowTo)));
        return new(
            measure, drifts.Where(v => v.Threshold is not null).MaxBy(v => v.WindowTo)?.Threshold, windows, [.. columns.OrderByDescending(c => c.Latest).ThenBy(c => c.Column, StringComparer.Ordinal)],
            unusual.Sum(v => v.Samples), (long)Math.Round(unusual.Sum(v => (v.Value ?? 0) * v.Samples)));
    }

    // While two variants share the traffic the one that is further away is shown: an alarm must not hide behind the other.
    private static ColumnDrift Column(string name, IReadOnlyList<DateTimeOffset> windows, ILookup<DateTimeOffset, MonitorValue> of)
    {
        var shown = windows.Select(at => of[at].MaxBy(v => v.Value)).ToList();
        return new(name, shown.LastOrDefault(v => v?.Value is not null)?.Value, [.. shown.Select(v => v?.Value)], [.. shown.Select(v => v?.Breached)]);
    }
}
