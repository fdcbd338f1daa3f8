namespace ModelHub.Domain.Predictions.Quality;

/// <summary>Sums that do not depend on the order of what is summed up: it is put in order first.</summary>
internal static class Sums
{
    public static double Of(IEnumerable<double> values)
    {
        double[] ordered = [.. values];
        Array.Sort(ordered);
        var sum = 0.0;
        foreach (var value in ordered)
            sum += value;
        return sum;
    }

    /// <param name="values">At least one.</param>
    public static double Mean(IReadOnlyCollection<double> values) => Of(values) / values.Count;

    /// <inheritdoc cref="Mean(IReadOnlyCollection{double})"/>
    public static double Mean(IEnumerable<double> values) => Mean((IReadOnlyCollection<double>)[.. values]);
}
