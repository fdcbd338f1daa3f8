using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Rollouts;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Rollouts;
using ModelHub.Protocol;
using ModelHub.Tests.Support;

namespace ModelHub.Tests.Worker.Promotions;

/// <summary>How a version answers.</summary>
internal sealed record Behaviour(long PerWindow = 60, double ErrorRate = 0, double Milliseconds = 2);

/// <summary>
/// Windows as the one router would tell them and the api store them: every fifth of a second, for each variant that is routed,
/// as its version behaves. Silent, it tells nothing, as if its windows were lost on the way.
/// </summary>
internal sealed class RowTraffic(TestDatabase database) : IAsyncDisposable
{
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(200);
    private readonly CancellationTokenSource stop = new();
    private Task running = Task.CompletedTask;

    public Dictionary<int, Behaviour> Of { get; } = [];

    public volatile bool Silent;

    public void Start() => running = Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        await using (var db = database.Open())
            await TrafficPartitions.EnsureAsync(db, DateTimeOffset.UtcNow, stop.Token);
        using var timer = new PeriodicTimer(Length);
        for (var start = DateTimeOffset.UtcNow; await timer.WaitForNextTickAsync(stop.Token);)
        {
            var end = DateTimeOffset.UtcNow;
            if (!Silent)
                await TellAsync(start, end);
            start = end;
        }
    }

    private async Task TellAsync(DateTimeOffset start, DateTimeOffset end)
    {
        await using var db = database.Open();
        var router = await db.Routers.Where(r => r.State == RouterState.Ready).Select(r => r.Id).SingleAsync(stop.Token);
        var routed = await db.Variants.Where(v => v.ValidTo == null && v.Weight > 0).Select(v => new { v.Id, v.EndpointId, v.VersionId, v.Version.Number }).ToListAsync(stop.Token);
        var told = new ToldWindow(router.Value, start, (end - start).TotalSeconds, TimeSpan.Zero,
            [.. routed.Select(v => Window(v.EndpointId.Value, v.Id.Value, v.VersionId.Value, Of.GetValueOrDefault(v.Number) ?? new Behaviour()))]);
        if (await WriteTraffic.RunAsync(db, [told], stop.Token))
            await db.NotifyAsync("windows");
    }

    private static VariantWindow Window(Guid endpoint, Guid variant, Guid version, Behaviour how) => new(
        endpoint, variant, version, how.PerWindow, 0, 0, 0, 0, (long)(how.PerWindow * how.ErrorRate), 0,
        how.PerWindow == 0 ? LatencyCounts.None : new(LatencySketch.Bucket(how.Milliseconds * 1_000), [how.PerWindow]));
}
