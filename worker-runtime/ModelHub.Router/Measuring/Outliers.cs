using ModelHub.Protocol;
using ModelHub.Router.Routing;

namespace ModelHub.Router.Measuring;

/// <summary>
/// Who answers much more slowly than the others that serve the same version: its median is over five times the median of the
/// others' medians and 20 ms more, three windows in a row. Never more than half of them at once.
/// </summary>
internal sealed class Outliers
{
    public const int Windows = 3;
    private const long Least = 5;
    private const double Times = 5;
    private const double Milliseconds = 20;
    private Dictionary<Target, int> suspects = [];

    /// <returns>who is to be passed over</returns>
    public IReadOnlyList<Target> Judge(IEnumerable<(Target? Target, Measurement Measurement)> window)
    {
        List<Target> found = [];
        Dictionary<Target, int> next = [];
        foreach (var variant in window.Where(w => w.Target is not null && w.Measurement.Requests >= Least).GroupBy(w => w.Measurement.VariantId))
        {
            var medians = variant.Select(w => (w.Target!, w.Measurement.Latency.Quantile(0.5)!.Value)).ToArray();
            foreach (var slow in Slow(medians).Take(medians.Length / 2))
                if ((next[slow] = suspects.GetValueOrDefault(slow) + 1) >= Windows)
                    found.Add(slow);
        }
        suspects = next;
        return found;
    }

    private static IEnumerable<Target> Slow((Target Target, double Median)[] all)
    {
        foreach (var (target, median) in all.OrderByDescending(a => a.Median))
        {
            double[] others = [.. all.Where(a => a.Target != target).Select(a => a.Median).Order()];
            if (others.Length > 0 && others[others.Length / 2] is var usual && median > Math.Max(usual * Times, usual + Milliseconds))
                yield return target;
        }
    }
}
