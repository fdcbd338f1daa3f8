using System.Globalization;
using ModelHub.Domain.Data;
using ModelHub.Worker.Data.DuckDb;

namespace ModelHub.Worker.Data;

/// <summary>
/// The drift of each column that both versions have in one type: the values of the later one, counted into the bins of the
/// earlier one's profile. Numbers: its histogram, and what lies below and above it; texts and truth values: its most frequent
/// values, and all others; beside these, missing values.
/// </summary>
internal static class CompareColumns
{
    private const int MostText = 200;

    /// <param name="progress">Told the share of the columns that are done.</param>
    public static IReadOnlyList<ColumnDiff> Of(
        DuckDbSession session, Profile from, Profile to, IReadOnlyList<ProfiledColumn> later, Action<double> progress, CancellationToken ct)
    {
        var after = to.Columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        var diffs = new List<ColumnDiff>();
        foreach (var column in from.Columns)
        {
            ct.ThrowIfCancellationRequested();
            var other = after.GetValueOrDefault(column.Name);
            var counted = other is not null && other.Type == column.Type ? later.First(c => c.Name == column.Name) : null;
            diffs.Add(new(column.Name, column, other, counted is null ? null : Drift(session, column, counted)));
            progress((double)diffs.Count / from.Columns.Count);
        }
        var before = from.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        return [.. diffs, .. to.Columns.Where(column => !before.Contains(column.Name)).Select(column => new ColumnDiff(column.Name, null, column, null))];
    }

    private static double? Drift(DuckDbSession session, ColumnProfile from, ProfiledColumn column)
    {
        if (column.IsNumeric && from.Histogram.Count > 0)
            return Psi(session, [.. from.Histogram.Select(bin => bin.Count), 0, 0, from.Nulls], NumberBin(column.Value, from.Histogram), from);
        if (column.Type is "text" or "boolean" && from.TopValues.Count > 0)
            return Psi(session, [.. from.TopValues.Select(top => top.Count), from.Count - from.TopValues.Sum(top => top.Count), from.Nulls], TextBin(column.Value, from.TopValues), from);
        return null;
    }

    private static double? Psi(DuckDbSession session, long[] before, string bin, ColumnProfile from)
    {
        var after = new long[before.Length];
        foreach (var row in session.Rows($"SELECT bin, count(*) FROM (SELECT {bin} AS bin FROM after) GROUP BY bin"))
            after[int.Parse(row[0]!, CultureInfo.InvariantCulture)] = long.Parse(row[1]!, CultureInfo.InvariantCulture);
        return from.Count == 0 ? null : Domain.Monitoring.Psi.Of(before, after);
    }

    /// <summary>Bins as the histogram counted them, then one below, one above, one for missing values.</summary>
    private static string NumberBin(string value, IReadOnlyList<Bin> bins)
    {
        var (least, most) = (bins[0].From, bins[^1].To);
        var inside = bins.Count == 1 ? "0" : string.Create(CultureInfo.InvariantCulture,
            $"least({bins.Count - 1}, floor((({value})::DOUBLE - ({least:R})::DOUBLE) / ({most - least:R})::DOUBLE * {bins.Count}))::INTEGER");
        return string.Create(CultureInfo.InvariantCulture,
            $"CASE WHEN ({value}) IS NULL THEN {bins.Count + 2} WHEN ({value})::DOUBLE < ({least:R})::DOUBLE THEN {bins.Count} WHEN ({value})::DOUBLE > ({most:R})::DOUBLE THEN {bins.Count + 1} ELSE {inside} END");
    }

    private static string TextBin(string value, IReadOnlyList<TopValue> top)
    {
        var cases = top.Select((one, i) => $"WHEN left(({value})::VARCHAR, {MostText}) = {DuckDbSession.Quote(one.Value)} THEN {i}");
        return $"CASE WHEN ({value}) IS NULL THEN {top.Count + 1} {string.Join(" ", cases)} ELSE {top.Count} END";
    }
}
