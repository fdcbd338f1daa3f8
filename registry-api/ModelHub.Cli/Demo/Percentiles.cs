namespace ModelHub.Cli.Demo;

/// <summary>Percentiles of what was measured, by nearest rank.</summary>
internal static class Percentiles
{
    /// <summary>Of 20 values the 99th percentile is the largest. 0 when nothing was measured; rounded to hundredths.</summary>
    public static double Of(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? 0 : Math.Round(sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)], 2);
    }
}
