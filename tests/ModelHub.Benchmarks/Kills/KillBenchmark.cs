using System.Diagnostics;
using System.Globalization;
using ModelHub.EndToEnd.Support;
using ModelHub.EndToEnd.Surviving.Kills;

namespace ModelHub.Benchmarks.Kills;

/// <summary>
/// Rollouts in each of which worker, api, router, node or PostgreSQL is killed at a random moment. A hundred, or
/// <c>MODELHUB_KILL_RUNS</c>, from seed <c>MODELHUB_KILL_SEED</c> on; <c>MODELHUB_KILL_MINUTES</c> ends them early. Fails when
/// anything did not hold.
/// </summary>
internal static class KillBenchmark
{
    private const int Instants = 10_000;

    public static async Task RunAsync(CancellationToken ct)
    {
        var (count, first, limit) = (Setting("RUNS", 100), Setting("SEED", 1), TimeSpan.FromMinutes(Setting("MINUTES", 60)));
        await using var runs = await KillRuns.StartAsync(ct);
        var seen = new List<KillRun>();
        var victims = Enum.GetValues<Victim>();
        for (var clock = Stopwatch.StartNew(); seen.Count < count && clock.Elapsed < limit && !ct.IsCancellationRequested;)
        {
            var seed = first + seen.Count;
            seen.Add(await runs.RunAsync(seed, victims[seed % victims.Length], ct));
            Console.WriteLine(seen[^1]);
        }
        var messages = await runs.MessageFaultsAsync(ct);
        var agreement = await runs.Routing.CompareAsync(runs.Requests.Since(0), Instants, new Random(first), ct);
        Print(runs, seen, messages, agreement);
        var faults = seen.SelectMany(run => run.Faults).Concat(messages).Concat(agreement.Disagreeing).ToList();
        if (faults.Count > 0)
            throw new UnexpectedAnswerException($"{faults.Count} faults:\n{string.Join('\n', faults.Take(50))}");
    }

    private static void Print(KillRuns runs, List<KillRun> seen, IReadOnlyList<string> messages, Agreement agreement)
    {
        var table = new Table($"{seen.Count} rollouts, seeds {seen[0].Seed} to {seen[^1].Seed}, one kill -9 in each at a random moment",
            "killed", "runs", "live", "rolled back", "median s", "longest s", "requests", "lost", "broken with the router", "faults");
        foreach (var of in seen.GroupBy(run => run.Victim).OrderBy(group => group.Key))
        {
            var took = of.Select(run => run.Took.TotalSeconds).Order().ToArray();
            table.Add($"{of.Key}", $"{of.Count()}", $"{of.Count(r => r.State == "LIVE")}", $"{of.Count(r => r.State == "ROLLED_BACK")}", $"{Load.Percentile(took, 0.5):0.0}", $"{took[^1]:0.0}",
                $"{of.Sum(r => r.Requests)}", $"{of.Sum(r => r.Faults.Count(f => f.Contains("was lost", StringComparison.Ordinal)))}", $"{of.Sum(r => r.Broken)}", $"{of.Sum(r => r.Faults.Count)}");
        }
        table.Print();
        var all = new Table("All of them together", "", "seen", "faults");
        all.Add("looks at shares and primary while they lasted", $"{runs.Routes.Looks}", $"{runs.Routes.Faults.Count}");
        all.Add($"events told to a subscriber that tried to connect {runs.Events.Broken} times again", $"{runs.Events.Sequences.Count}", "");
        all.Add("messages to a webhook, repeated ones included", $"{runs.Messages.Messages.Count}", $"{messages.Count}");
        all.Add("of these sent by a worker that died before it recorded that", $"{runs.Messages.Interrupted.Count}", "");
        all.Add("routing(at:) against the request log: instants between switches", $"{agreement.Settled}", $"{agreement.Disagreeing.Count}");
        all.Add("and in a switch, where the version before or behind it may answer", $"{agreement.Switching}", "");
        all.Print();
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable($"MODELHUB_KILL_{name}") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
