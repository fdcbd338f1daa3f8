using ModelHub.Benchmarks.Serving;
using ModelHub.EndToEnd.Support;

namespace ModelHub.Benchmarks.Soak;

/// <summary>Looks at the memory of every host each two seconds.</summary>
internal static class Memory
{
    /// <param name="First">bytes, median of the first third of the time</param>
    public sealed record Growth(string Process, long First, long Last);

    public static async Task<IReadOnlyList<Growth>> WatchAsync(Stack stack, CancellationToken ct)
    {
        var seen = new Dictionary<string, List<long>>();
        while (!ct.IsCancellationRequested)
        {
            foreach (var hosts in Hosts.Of(stack).GroupBy(h => h.Name))
            {
                if (!seen.TryGetValue(hosts.Key, out var sizes))
                    seen[hosts.Key] = sizes = [];
                // Killed nodes begin anew: the largest of a kind is the oldest.
                sizes.Add(hosts.Max(h => CpuTime.MemoryOf(h.Id)));
            }
            await Task.Delay(TimeSpan.FromSeconds(2), ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return [.. seen.OrderBy(s => s.Key).Select(s => new Growth(s.Key, Median(s.Value[..Math.Max(1, s.Value.Count / 3)]), Median(s.Value[^Math.Max(1, s.Value.Count / 3)..])))];
    }

    private static long Median(List<long> values) => values.Order().ElementAt(values.Count / 2);
}
