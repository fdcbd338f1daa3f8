using System.Diagnostics;
using ModelHub.Benchmarks.Serving;
using ModelHub.EndToEnd.Support;
using ModelHub.Protocol;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Routing;
using ModelHub.Router.Wire;
using ModelHub.Tests.Node;

namespace ModelHub.Benchmarks.Routing;

/// <summary>
/// Bytes allocated per request in steady state: on the way from a chosen variant to the answer, and for whole requests with
/// the server's part in them. The router runs in this process; node and load generator do not.
/// </summary>
internal static class AllocationTable
{
    private const int Requests = 20_000;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(4);

    public static async Task RunAsync(CancellationToken ct)
    {
        await using var stack = await RoutedStack.StartAsync(1, ct);
        await stack.HoldAsync(ct, ("bench", BenchModels.Of("logistic")));
        var port = FreePorts.Neighbours(1);
        var data = Directory.CreateTempSubdirectory("modelhub-bench-");
        await using var router = ModelHub.Router.Program.Create(
        [
            "--Urls", $"http://127.0.0.1:{port}", "--Api", stack.Api.Address.ToString(), "--Name", "inside", "--JoinToken", FakeApi.JoinToken,
            "--Data", data.FullName, "--Logging:LogLevel:Default", "Warning",
        ]);
        await router.StartAsync(ct);
        stack.Api.Route("inside", new ModelHub.Protocol.RouteEndpoint(Guid.CreateVersion7(), "production", "bench", [RoutedStack.Variant(VariantRole.Primary, 100, stack.Node(0))]));
        var current = router.Services.GetRequiredService<Current<RoutingTable>>();
        await Eventually.HoldsAsync("the router has its table", () => Task.FromResult(current.Value.Revision >= 0 && stack.Api.Peers.All(p => p.AppliedAccess >= stack.Api.AccessRevision)), TimeSpan.FromSeconds(30), ct);

        var bodies = Bodies.Json(1);
        var idle = await IdleAsync(ct);
        var forwarding = await ForwardingAsync(router, current.Value.Find("production", "bench")!.Variants[0], bodies, idle);
        var target = new Serving.Target("", Environment.ProcessId, new Uri($"http://127.0.0.1:{port}/production/v2/models/bench/infer"),
            [("Authorization", "Bearer " + FakeApi.Caller), ("Content-Type", "application/json"), ("x-request-id", "bench")], bodies);
        await Wrk.RunAsync(target, 16, Time / 4, ct);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var started = Stopwatch.GetTimestamp();
        var whole = await Wrk.RunAsync(target, 16, Time, ct);
        var bytes = GC.GetTotalAllocatedBytes(precise: true) - before - idle * Stopwatch.GetElapsedTime(started).TotalSeconds;
        await router.StopAsync(ct);
        data.Delete(recursive: true);

        var table = new Table("Allocation of the router in steady state", "", "requests", "bytes per request");
        table.Add("pick a node, send, receive, judge", $"{Requests}", $"{forwarding:0.0}");
        // The warm-up, a quarter of the time, allocates as well and is counted in.
        table.Add("whole request, the server's part included", $"{whole.Requests}", $"{bytes / (whole.Requests * 1.25):0}");
        table.Print();
    }

    // Windows, heartbeats and the other side of the control stream, which is in this process too: bytes per second.
    private static async Task<double> IdleAsync(CancellationToken ct)
    {
        var (before, started) = (GC.GetTotalAllocatedBytes(precise: true), Stopwatch.GetTimestamp());
        await Task.Delay(Time, ct);
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<double> ForwardingAsync(WebApplication router, Variant variant, byte[][] bodies, double idle)
    {
        var (nodes, wire) = (router.Services.GetRequiredService<AskNodes>(), router.Services.GetRequiredService<HttpWire>());
        using var exchange = new Exchange();
        var (before, started) = (0L, 0L);
        for (var i = -2_000; i < Requests; i++)
        {
            if (i == 0)
                (before, started) = (GC.GetTotalAllocatedBytes(precise: true), Stopwatch.GetTimestamp());
            (exchange.Verb, exchange.RequestId, exchange.Deadline) = (Verb.Infer, "bench", Deadline.In(TimeSpan.FromSeconds(10)));
            exchange.Headers.ContentType = "application/json";
            var body = bodies[(i + 2_000) % bodies.Length];
            var into = exchange.BeginBody();
            body.CopyTo(into.GetSpan(body.Length));
            into.Advance(body.Length);
            if (await nodes.RunAsync(variant, exchange, wire) != AttemptEnd.Answered || exchange.Head.Status != 200)
                throw new UnexpectedAnswerException($"The node answered {exchange.Head.Status}.");
            exchange.Clear();
        }
        return Math.Max(0, GC.GetTotalAllocatedBytes(precise: true) - before - idle * Stopwatch.GetElapsedTime(started).TotalSeconds) / Requests;
    }
}
