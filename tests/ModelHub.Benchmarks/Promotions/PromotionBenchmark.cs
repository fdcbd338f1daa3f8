using ModelHub.EndToEnd.Support;

namespace ModelHub.Benchmarks.Promotions;

/// <summary>Promotion: request to live. Rollback: decision to the last router switched. Both as ModelHub itself records them.</summary>
internal static class PromotionBenchmark
{
    private const int Promotions = 10;
    private const int Rollbacks = 50;

    public static async Task RunAsync(CancellationToken ct)
    {
        await using var stack = await Stack.StartAsync(ct);
        var model = await stack.ServedModelAsync("bench", 1, ct);
        var live = new List<double>();
        for (var version = 2; version <= Promotions + 1; version++)
        {
            (await stack.RegisterAsync(model, TinyModel.Scale(version), ct, "--metric", "accuracy=0.9")).Expect(0);
            var promoted = (await stack.RunAsync(ct, "promote", $"{model}@{version}", "--to", "staging", "--wait")).Expect(0);
            live.Add(promoted.Json.GetProperty("timeToLiveMs").GetDouble());
        }
        var back = new List<double>();
        for (var round = 0; round < Rollbacks; round++)
        {
            var to = Promotions + (round % 2);
            var rolled = (await stack.RunAsync(ct, "rollback", model, "--env", "staging", "--to", $"{to}")).Expect(0);
            back.Add(rolled.Json.GetProperty("timeToSafetyMs").GetDouble());
        }
        Print(live, back);
    }

    private static void Print(List<double> live, List<double> back)
    {
        var table = new Table("Delivery on one machine: one router, two nodes", "", "n", "p50 ms", "p99 ms", "max ms");
        Row("promotion, request to live", live);
        Row("rollback, decision to last router switched", back);
        table.Print();

        void Row(string name, List<double> values)
        {
            var sorted = values.Order().ToArray();
            table.Add(name, $"{sorted.Length}", $"{Load.Percentile(sorted, 0.5):0.0}", $"{Load.Percentile(sorted, 0.99):0.0}", $"{sorted[^1]:0.0}");
        }
    }
}
