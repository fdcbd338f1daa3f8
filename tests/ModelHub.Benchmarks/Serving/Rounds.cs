namespace ModelHub.Benchmarks.Serving;

/// <summary>
/// Targets under load in turn, round after round, when each has been warmed up. Figures are medians over the rounds; a ratio is
/// the median of the ratios within each round, so that a machine that changes its speed changes both sides of it.
/// </summary>
internal sealed class Rounds
{
    private readonly Dictionary<string, List<Burst>> seen = [];

    private Rounds(IEnumerable<Target> targets)
    {
        foreach (var target in targets)
            seen[target.Name] = [];
    }

    public static async Task<Rounds> RunAsync(Target[] targets, int count, int connections, TimeSpan warmUp, TimeSpan time, CancellationToken ct)
    {
        var rounds = new Rounds(targets);
        foreach (var target in targets)
            await Wrk.RunAsync(target, connections, warmUp, ct);
        for (var round = 0; round < count; round++)
            foreach (var target in targets)
                rounds.seen[target.Name].Add(await Wrk.RunAsync(target, connections, time, ct));
        return rounds;
    }

    public Burst Of(string name) => Burst.Median(seen[name]);

    /// <returns>null when one of them was not measured</returns>
    public double? Ratio(string name, string to, Func<Burst, double> figure) =>
        Ratios(name, to, figure) is { Length: > 0 } ratios ? ratios[ratios.Length / 2] : null;

    /// <returns>the ratios within each round, the smallest first; none when one of them was not measured</returns>
    public double[] Ratios(string name, string to, Func<Burst, double> figure) =>
        seen.TryGetValue(name, out var over) && seen.TryGetValue(to, out var under)
            ? [.. over.Zip(under, (a, b) => figure(a) / figure(b)).Order()]
            : [];
}
