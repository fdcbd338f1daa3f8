using ModelHub.EndToEnd.Support;

namespace ModelHub.Benchmarks.Promotions;

/// <summary>
/// Promotion of a new version: from loading to live. Promotion of a version that is loaded already, and rollback: from the decision
/// to the last router switched. All as ModelHub itself records them, with one router and with eight.
/// </summary>
internal static class PromotionBenchmark
{
    private const int Versions = 10;
    private const int Promotions = 30;
    private const int Rollbacks = 50;

    public static async Task RunAsync(CancellationToken ct)
    {
        var table = new Table("Delivery on one machine: two nodes", "routers", "", "n", "p50 ms", "p99 ms", "max ms");
        foreach (var routers in (int[])[1, 8])
            await RunAsync(routers, table, ct);
        table.Print();
    }

    private static async Task RunAsync(int routers, Table table, CancellationToken ct)
    {
        await using var stack = await Stack.StartAsync(ct, options: ["--routers", $"{routers}"]);
        var model = await stack.ServedModelAsync("bench", 1, ct);
        var fresh = new List<double>();
        for (var version = 2; version <= Versions; version++)
        {
            (await stack.RegisterAsync(model, TinyModel.Scale(version), ct, "--metric", "accuracy=0.9")).Expect(0);
            fresh.Add(await PromoteAsync(stack, model, version, ct));
        }
        var loaded = new List<double>();
        for (var round = 0; round < Promotions; round++)
            loaded.Add(await PromoteAsync(stack, model, round % 2 == 0 ? Versions - 1 : Versions, ct));
        var back = new List<double>();
        for (var round = 0; round < Rollbacks; round++)
        {
            var to = round % 2 == 0 ? Versions - 1 : Versions;
            var rolled = (await stack.RunAsync(ct, "rollback", model, "--env", "staging", "--to", $"{to}")).Expect(0);
            back.Add(rolled.Json.GetProperty("timeToSafetyMs").GetDouble());
        }
        Row("promotion of a new version, from loading to live", fresh);
        Row("promotion of a loaded version, decision to last router switched", loaded);
        Row("rollback, decision to last router switched", back);

        void Row(string name, List<double> values)
        {
            var sorted = values.Order().ToArray();
            table.Add($"{routers}", name, $"{sorted.Length}", $"{Load.Percentile(sorted, 0.5):0.0}", $"{Load.Percentile(sorted, 0.99):0.0}", $"{sorted[^1]:0.0}");
        }
    }

    private static async Task<double> PromoteAsync(Stack stack, string model, int version, CancellationToken ct) =>
        (await stack.RunAsync(ct, "promote", $"{model}@{version}", "--to", "staging", "--wait")).Expect(0).Json.GetProperty("timeToLiveMs").GetDouble();
}
