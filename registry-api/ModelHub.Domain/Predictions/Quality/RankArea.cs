namespace ModelHub.Domain.Predictions.Quality;

/// <summary>
/// The area under the ROC curve as the Mann-Whitney statistic with mid-ranks for ties (Hanley and McNeil, Radiology 143, 1982): the chance
/// that a row of the class scores above one that is not of it.
/// </summary>
internal static class RankArea
{
    /// <returns>Null when all rows are of the class, or none.</returns>
    public static double? Of((double Score, bool IsOf)[] rows)
    {
        Array.Sort(rows, (a, b) => a.Score.CompareTo(b.Score));
        long of = rows.LongCount(r => r.IsOf), others = rows.Length - of, twice = 0;
        if (of == 0 || others == 0)
            return null;
        for (var i = 0; i < rows.Length;)
        {
            var (end, tied) = (i, 0L);
            for (; end < rows.Length && rows[end].Score == rows[i].Score; end++)
                tied += rows[end].IsOf ? 1 : 0;
            // Ranks i + 1 … end share their mean, so twice the sum of ranks is whole: two rows tied at 3 and 4 count 7 each.
            twice += tied * (i + 1 + end);
            i = end;
        }
        return (twice - of * (of + 1)) / (2.0 * of * others);
    }
}
