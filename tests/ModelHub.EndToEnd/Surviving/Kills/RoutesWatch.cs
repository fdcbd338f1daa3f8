using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Surviving.Kills;

/// <param name="Revision">Of the routing table that the one router acts on.</param>
/// <param name="At">Since when, by the database's clock.</param>
internal sealed record Applied(long Revision, DateTimeOffset At);

/// <summary>
/// Looks at an endpoint and at the router many times a second, whatever happens: shares that do not add up, more or fewer than
/// one primary, and from when on the router obeyed which table.
/// </summary>
internal sealed class RoutesWatch : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private const string Look = """
        query($m: String!, $e: String!) {
          endpoint(model: $m, environment: $e) { variants { role weight version { number } } }
          routers { routesRevision routesAppliedAt }
        }
        """;

    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentQueue<Applied> applied = new();
    private readonly ConcurrentQueue<string> faults = new();
    private readonly Task watching;
    private int looks;

    public RoutesWatch(Stack stack, string model, string environment) => watching = Task.Run(() => WatchAsync(stack.Admin, new { m = model, e = environment }));

    public IReadOnlyList<string> Faults => [.. faults];

    public int Looks => Volatile.Read(ref looks);

    /// <summary>When the router was known to obey that table or a newer one; null: nobody has seen that yet.</summary>
    public DateTimeOffset? ObeyedAt(long revision) => applied.FirstOrDefault(one => one.Revision >= revision)?.At;

    /// <summary>What is wrong with variants that hold at the same time; null when nothing is.</summary>
    public static string? FaultOf(JsonArray variants)
    {
        var primaries = variants.Count(v => v!["role"]!.GetValue<string>() == "PRIMARY");
        var sum = variants.Sum(v => v!["weight"]?.GetValue<double>() ?? 0);
        return primaries == 1 && Math.Abs(sum - 100) < 1e-9 ? null : $"{primaries} primaries, shares of {sum} in all: {variants.ToJsonString()}";
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await watching;
        stopping.Dispose();
    }

    private async Task WatchAsync(Graph graph, object variables)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                Take(await graph.AskAsync(Look, variables, stopping.Token));
            }
            catch (Exception e) when (Patience.IsOutage(e) || e is OperationCanceledException)
            {
                // The API or its database is away, or this watch ends.
            }
            await Task.Delay(Pause, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Take(JsonNode seen)
    {
        Interlocked.Increment(ref looks);
        if (seen["endpoint"]?["variants"] is JsonArray { Count: > 0 } variants && FaultOf(variants) is { } fault)
            faults.Enqueue($"{DateTimeOffset.UtcNow:O}: {fault}");
        var router = seen["routers"]!.AsArray().Single()!;
        var revision = router["routesRevision"]!.GetValue<long>();
        if (router["routesAppliedAt"] is { } at && (applied.IsEmpty || applied.Last().Revision < revision))
            applied.Enqueue(new(revision, at.GetValue<DateTimeOffset>()));
    }
}
