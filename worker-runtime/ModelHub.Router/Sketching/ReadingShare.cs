namespace ModelHub.Router.Sketching;

/// <summary>
/// What of the traffic is looked into when there is more than a router may read: by chance, each request with the same odds whatever its size, so that what
/// is counted stays in proportion. What it costs is taken in bytes.
/// </summary>
internal static class ReadingShare
{
    /// <summary>
    /// Deals out what may be read, evenly: those that offer little are read wholly, and what they leave goes to the others (max-min fairness; Bertsekas and
    /// Gallager, Data Networks, 6.5.2).
    /// </summary>
    /// <param name="offered">bytes a second of each until now</param>
    /// <returns>the share of each that is read from now on</returns>
    public static double[] Of(ReadOnlySpan<long> offered, long budget)
    {
        var shares = new double[offered.Length];
        var order = Enumerable.Range(0, offered.Length).ToArray();
        Array.Sort(offered.ToArray(), order);
        double left = budget;
        for (var i = 0; i < order.Length; i++)
        {
            // 100 bytes for 10, 60 and 90: 10 are read, then 45 of 60 and 45 of 90.
            var given = Math.Min(offered[order[i]], left / (order.Length - i));
            shares[order[i]] = offered[order[i]] == 0 ? 1 : given / offered[order[i]];
            left -= given;
        }
        return shares;
    }
}
