using System.Globalization;
using ModelHub.EndToEnd.Support;

namespace ModelHub.Benchmarks.Promotions;

/// <summary>
/// A candidate that has a share of the traffic goes bad at a random moment and is rolled back without a person: the time from
/// its first bad answer to its last request, and the users' requests that were lost. MODELHUB_BENCH_RUNS says how often.
/// </summary>
internal static class RollbackBenchmark
{
    private const int PerSecond = 400;
    private const int Seed = 20260501;
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    /// <summary>Routers tell a window twice a second while a version is tried out; deciding and switching may take a quarter of a second more.</summary>
    private const double TargetMs = 500 + 250;

    /// <summary>Of a stage that has just begun little is known yet, also of the primary: how slow its slowest hundredth is takes some 700 requests.</summary>
    private static readonly (string Name, Spoilt How, int After, int Share)[] Cases =
    [
        ("100 % errors", Spoilt.Fails, 60, 1), ("+200 ms", Spoilt.IsSlow, 240, 1), ("+200 ms in a stage that has just begun", Spoilt.IsSlow, 60, 1),
        // Each takes half a minute: a fifth as often.
        ("100 % errors after half a minute that went well", Spoilt.Fails, 2_400, 5),
    ];

    private static readonly object Plan = new
    {
        name = "tried-out",
        stages = new object[]
        {
            new
            {
                stage = "canary",
                weight = 20,
                hold = "10m",
                minimumSamples = 100,
                maximumTime = "20m",
                limits = new { maxErrorRate = 0.05, maxErrorRateOverPrimary = 0.01, maxP50Ratio = 2, maxP99Ratio = 2 },
            },
            new { stage = "live" },
        },
    };

    public static async Task RunAsync(CancellationToken ct)
    {
        var runs = int.Parse(Environment.GetEnvironmentVariable("MODELHUB_BENCH_RUNS") ?? "100", CultureInfo.InvariantCulture);
        await using var server = await SpoiltServer.StartAsync(ct);
        await using var stack = await Stack.StartAsync(ct, environment: new Dictionary<string, string> { ["MODELHUB__Runtimes__ExternalHosts"] = new Uri(server.Address).Authority });
        var model = await stack.ServedModelAsync("spoilt", 1, ct);
        var table = new Table($"A bad candidate is rolled back by itself: {PerSecond} requests a second, 20 % of them to it, one router, two nodes",
            "", "runs", "first bad answer to last request: p50 ms", "p99 ms", "max ms", "p99 at most", "met", "users' requests", "lost");
        await using var callers = new SteadyCallers(stack, model, PerSecond);
        foreach (var (name, how, after, share) in Cases)
        {
            var (before, lost, exposed) = (callers.Sent, callers.Lost, new List<double>());
            var random = new Random(Seed);
            for (var run = 0; run < Math.Max(1, runs / share); run++)
                exposed.Add(await OnceAsync(stack, server, model, how, after, random.NextDouble(), ct));
            var sorted = exposed.Order().ToArray();
            var p99 = Load.Percentile(sorted, 0.99);
            table.Add(name, $"{exposed.Count}", $"{Load.Percentile(sorted, 0.5):0}", $"{p99:0}", $"{sorted[^1]:0}", $"{TargetMs:0}", p99 <= TargetMs ? "yes" : "NO",
                $"{callers.Sent - before}", $"{callers.Lost - lost}");
        }
        table.Print();
    }

    /// <param name="after">How many requests it answers well at first.</param>
    /// <param name="moment">When it goes bad within the second after these, 0 to 1.</param>
    private static async Task<double> OnceAsync(Stack stack, SpoiltServer server, string model, Spoilt how, int after, double moment, CancellationToken ct)
    {
        server.Begin();
        var version = await RegisterAsync(stack, server, model, ct);
        var opened = await stack.Admin.ChangeAsync("promoteVersion", new { model, version, environment = "staging", planDocument = Plan }, "promotion { id }", ct);
        var id = opened["promotion"]!["id"]!.GetValue<string>();
        await Eventually.HoldsAsync("the candidate takes its share", () => Task.FromResult(server.Requests > after), TimeSpan.FromSeconds(120), ct);
        await Task.Delay(TimeSpan.FromSeconds(moment), ct);

        server.How = how;
        await Eventually.HoldsAsync("it is rolled back", async () => await StateAsync(stack, id, ct) == "ROLLED_BACK", TimeSpan.FromSeconds(60), ct);
        await Eventually.HoldsAsync("nobody asks it any more", () => Task.FromResult(server.Silence > Quiet), TimeSpan.FromSeconds(60), ct);
        return server.Exposed!.Value.TotalMilliseconds;
    }

    private static async Task<string> StateAsync(Stack stack, string promotion, CancellationToken ct) =>
        (await stack.Admin.AskAsync("query($id: ID!) { promotion(id: $id) { state } }", new { id = promotion }, ct))["promotion"]!["state"]!.GetValue<string>();

    private static async Task<int> RegisterAsync(Stack stack, SpoiltServer server, string model, CancellationToken ct)
    {
        var (target, signature) = (Path.Combine(stack.Data, "target.json"), Path.Combine(stack.Data, "signature.json"));
        await File.WriteAllTextAsync(target, $$"""{"kind":"v2","url":"{{server.Address}}","model":"spoilt"}""", ct);
        await File.WriteAllTextAsync(signature,
            """{"inputs":[{"name":"x","datatype":"FP32","shape":[-1,4]}],"outputs":[{"name":"y","datatype":"FP32","shape":[-1,4]}]}""", ct);
        var registered = await stack.RunAsync(ct, "version", "register", model, "--file", target, "--format", "external", "--signature", signature);
        return registered.Expect(0).Json.GetProperty("version").GetInt32();
    }
}
