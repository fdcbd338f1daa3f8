using System.Globalization;
using ModelHub.EndToEnd.Support;

namespace ModelHub.Benchmarks.Soak;

/// <summary>
/// A whole stack at 70 % of what it can, while one promotion, one rollback, one kill of a node and one load of another model
/// follow each other without end. Ten minutes, or <c>MODELHUB_SOAK_SECONDS</c>. Fails when a request fails or memory grows.
/// </summary>
internal static class SoakBenchmark
{
    private const double Share = 0.7;
    private const int Callers = 16;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Finding = TimeSpan.FromSeconds(8);

    public static async Task RunAsync(CancellationToken ct)
    {
        var asked = Environment.GetEnvironmentVariable("MODELHUB_SOAK_SECONDS");
        var time = TimeSpan.FromSeconds(asked is { Length: > 0 } ? int.Parse(asked, CultureInfo.InvariantCulture) : 600);
        await using var stack = await Stack.StartAsync(ct);
        var model = await stack.ServedModelAsync("soak", 3, ct);
        using var calls = new PacedCalls(stack, model);
        var capacity = (await Load.RunAsync(Callers, Finding, (_, token) => calls.OnceAsync(token), ct)).PerSecond;
        var events = new Disturbances(stack, model);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        over.CancelAfter(time);
        var memory = Memory.WatchAsync(stack, over.Token);
        var disturbing = events.RunAsync(Pause, over.Token);
        var seen = await calls.RunAsync(capacity * Share, Callers, over.Token);
        await disturbing;
        Print(capacity, time, seen, events, await memory);
        if (seen.Failures.Count > 0)
            throw new UnexpectedAnswerException($"{seen.Failures.Values.Sum()} requests failed: {string.Join(", ", seen.Failures.Select(f => $"{f.Value} x {f.Key}"))}");
    }

    private static void Print(double capacity, TimeSpan time, PacedCalls.Seen seen, Disturbances events, IReadOnlyList<Memory.Growth> memory)
    {
        var table = new Table($"Soak of {time.TotalSeconds:0} s at {Share:P0} of {capacity:0} requests/s; {events}", "", "requests", "failed", "p50 ms", "p99 ms", "p99.9 ms", "max ms");
        table.Add("inference through the router", $"{seen.Latency.Length}", $"{seen.Failures.Values.Sum()}", At(0.5), At(0.99), At(0.999), At(1));
        table.Print();
        var growth = new Table("Resident memory, median of the first and the last third", "process", "first MiB", "last MiB", "last / first");
        foreach (var one in memory)
            growth.Add(one.Process, $"{one.First / 1048576.0:0}", $"{one.Last / 1048576.0:0}", $"{one.Last / (double)one.First:0.00} x");
        growth.Print();

        string At(double share) => $"{Load.Percentile(seen.Latency, share):0.0}";
    }
}
