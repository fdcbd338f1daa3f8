using System.Diagnostics;
using System.Runtime.CompilerServices;
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
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>About 5 ms: most such stretches lie between two of the things a router does each second, so that what they show is of requests alone.</summary>
    private const int Stretch = 128;

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
        var forwarding = new Forwarding(router, current.Value.Find("production", "bench")!.Variants[0], bodies);
        await forwarding.RunAsync(TimeSpan.Zero, ct);
        var (few, rest) = await forwarding.RunAsync(Pause, ct);
        var (many, spent) = await forwarding.RunAsync(TimeSpan.Zero, ct);
        var stretches = await forwarding.StretchesAsync(ct);
        var target = new Serving.Target("", Environment.ProcessId, new Uri($"http://127.0.0.1:{port}/production/v2/models/bench/infer"),
            [("Authorization", "Bearer " + FakeApi.Caller), ("Content-Type", "application/json"), ("x-request-id", "bench")], bodies);
        await Wrk.RunAsync(target, 16, Time, ct);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var started = Stopwatch.GetTimestamp();
        var whole = await Wrk.RunAsync(target, 16, Time, ct);
        var bytes = GC.GetTotalAllocatedBytes(precise: true) - before - rest / Time.TotalSeconds * Stopwatch.GetElapsedTime(started).TotalSeconds;
        await router.StopAsync(ct);
        data.Delete(recursive: true);

        var table = new Table("Allocation of the router in steady state", "", "requests", "bytes per request");
        table.Add("pick a node, send, receive, judge", $"{many}", $"{Math.Max(0, spent - rest) / (double)(many - few):0.0}");
        table.Add($"the same, the middle one of {stretches.Length} stretches", $"{Stretch}", $"{stretches[stretches.Length / 2] / (double)Stretch:0.00}");
        table.Add("whole request, the server's part included", $"{whole.Requests}", $"{bytes / whole.Requests:0}");
        table.Print();
        Console.WriteLine($"stretches of {Stretch} requests in which the process allocated nothing at all: {stretches.Count(s => s == 0)} of {stretches.Length}; "
            + $"the greatest: {stretches[^1]} bytes");
    }

    /// <summary>
    /// One request after the other, without a server's part. With a pause between them nearly all that is allocated is for what a
    /// router does each second, windows and heartbeats, with the other side of the control stream, which is in this process too.
    /// </summary>
    private sealed class Forwarding(WebApplication router, Variant variant, byte[][] bodies)
    {
        private readonly AskNodes nodes = router.Services.GetRequiredService<AskNodes>();
        private readonly HttpWire wire = router.Services.GetRequiredService<HttpWire>();

        /// <returns>how many in <see cref="Time"/>, and the bytes allocated meanwhile</returns>
        public async Task<(int Requests, long Bytes)> RunAsync(TimeSpan pause, CancellationToken ct)
        {
            using var exchange = new Exchange();
            var (count, before, started) = (0, GC.GetTotalAllocatedBytes(precise: true), Stopwatch.GetTimestamp());
            for (; Stopwatch.GetElapsedTime(started) < Time; count++)
            {
                await OnceAsync(exchange, bodies[count % bodies.Length]);
                if (pause > TimeSpan.Zero)
                    await Task.Delay(pause, ct);
            }
            return (count, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        /// <returns>Bytes allocated in each stretch, ascending.</returns>
        public async Task<long[]> StretchesAsync(CancellationToken ct)
        {
            using var exchange = new Exchange();
            var bytes = new long[800];
            for (var i = 0; i < bytes.Length; i++)
            {
                ct.ThrowIfCancellationRequested();
                var before = GC.GetTotalAllocatedBytes(precise: true);
                for (var n = 0; n < Stretch; n++)
                    await OnceAsync(exchange, bodies[n % bodies.Length]);
                bytes[i] = GC.GetTotalAllocatedBytes(precise: true) - before;
            }
            Array.Sort(bytes);
            return bytes;
        }

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
        private async ValueTask OnceAsync(Exchange exchange, byte[] body)
        {
            (exchange.Verb, exchange.RequestId, exchange.Deadline) = (Verb.Infer, "bench", Deadline.In(TimeSpan.FromSeconds(10)));
            exchange.Headers.ContentType = "application/json";
            var into = exchange.BeginBody();
            body.CopyTo(into.GetSpan(body.Length));
            into.Advance(body.Length);
            if (await nodes.RunAsync(variant, exchange, wire) != AttemptEnd.Answered || exchange.Head.Status != 200)
                throw new UnexpectedAnswerException($"The node answered {exchange.Head.Status}.");
            exchange.Clear();
        }
    }
}
