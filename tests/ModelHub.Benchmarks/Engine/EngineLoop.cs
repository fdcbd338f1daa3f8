using System.Diagnostics;
using System.Security.Claims;
using System.Text;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Transport;

namespace ModelHub.Benchmarks.Engine;

/// <summary>The engine without a network: from the bytes of a body to the bytes of the answer, on one thread.</summary>
internal static class EngineLoop
{
    private const int Rounds = 8;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(0.5);
    private static readonly ClaimsPrincipal Nobody = new(new ClaimsIdentity());

    public static async Task RunAsync(CancellationToken ct)
    {
        var table = new Table($"The engine alone, from the body's bytes to the answer's, on one thread; the best of {Rounds} rounds", "load", "µs CPU", "bytes allocated", "bytes of the answer");
        await using var services = new ServiceCollection().AddCatalog(tasks: false).BuildServiceProvider();
        var engine = services.GetRequiredService<GraphQLEngine>();
        foreach (var (name, template) in Loads.All)
        {
            var bodies = Bodies(template);
            await RepeatAsync(engine, services, bodies, Round * 4, ct);
            var rounds = new List<Cost>();
            while (rounds.Count < Rounds)
                rounds.Add(await RepeatAsync(engine, services, bodies, Round, ct));
            var best = rounds.MinBy(round => round.Microseconds)!;
            table.Add(name, $"{best.Microseconds:0.00}", $"{best.Allocated:0}", $"{best.Length}");
        }

        table.Print();
    }

    private static byte[][] Bodies(string template) =>
        [.. Enumerable.Range(0, template.Contains("@@", StringComparison.Ordinal) ? 50_000 : 1).Select(n => Encoding.UTF8.GetBytes(Loads.Fill(template, n)))];

    private static async Task<Cost> RepeatAsync(GraphQLEngine engine, IServiceProvider services, byte[][] bodies, TimeSpan time, CancellationToken ct)
    {
        var context = new RunContext(services, Nobody, null);
        var (runs, length) = (0, 0);
        var (allocated, cpu) = (GC.GetAllocatedBytesForCurrentThread(), Environment.CpuUsage.TotalTime);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < time;)
        {
            var request = RequestReader.Request(RequestReader.Json(bodies[runs++ % bodies.Length]));
            var (operation, _) = engine.Prepare(request, Nobody, _ => true);
            using var answer = await engine.RunAsync(operation!, context, null, reportCost: false, ct);
            length = answer.Length;
        }

        return new((Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / runs, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)runs, length);
    }

    private sealed record Cost(double Microseconds, double Allocated, int Length);
}
