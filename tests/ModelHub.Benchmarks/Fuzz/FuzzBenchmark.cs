using System.Globalization;
using System.Security.Claims;
using ModelHub.GraphQL.Execution;
using ModelHub.Tests.GraphQL.Conformance;
using ModelHub.Tests.GraphQL.Fuzz;

namespace ModelHub.Benchmarks.Fuzz;

/// <summary>
/// Requests of every kind against the engine's HTTP handler; fails at the first twenty that break it. MODELHUB_FUZZ_REQUESTS
/// says how many (120,000), MODELHUB_FUZZ_SEED which (1).
/// </summary>
internal static class FuzzBenchmark
{
    private const double Mebibyte = 1 << 20;

    public static async Task RunAsync(CancellationToken ct)
    {
        var (count, seed) = (Setting("MODELHUB_FUZZ_REQUESTS", 120_000), Setting("MODELHUB_FUZZ_SEED", 1));
        await using var host = await ConformanceHost.StartAsync(0);
        var engine = host.Services.GetRequiredService<GraphQLEngine>();

        var report = await new FuzzRun(host.Services, new ClaimsPrincipal(new ClaimsIdentity()), seed).RunAsync(engine.Schema, count, ct);

        var table = new Table($"Fuzzing the GraphQL handler: {report.Requests:N0} requests, seed {seed}", "figure", "value");
        foreach (var (kind, number) in report.Kinds.OrderByDescending(k => k.Value))
            table.Add($"requests: {kind}", $"{number:N0}");
        foreach (var (status, number) in report.Statuses.OrderBy(s => s.Key))
            table.Add($"status {status}", $"{number:N0}");
        table.Add("answered with data", $"{report.Answered:N0}");
        table.Add("slowest", $"{report.Slowest.TotalMilliseconds:N0} ms ({report.SlowestKind})");
        table.Add("requests/s", $"{report.Requests / report.Elapsed.TotalSeconds:N0}");
        table.Add("live memory after a tenth", $"{report.MemoryEarly / Mebibyte:N1} MiB");
        table.Add("live memory at the end", $"{report.MemoryLate / Mebibyte:N1} MiB");
        table.Add("kept documents", $"{engine.Kept.Entries:N0} in {engine.Kept.Bytes / Mebibyte:N1} MiB");
        table.Add("faults", $"{report.Faults.Count}");
        table.Print();
        if (report.Faults.Count > 0)
            throw new InvalidOperationException(string.Join("\n\n", report.Faults));
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(System.Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
