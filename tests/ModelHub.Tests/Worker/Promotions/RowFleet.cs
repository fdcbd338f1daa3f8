using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Access;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Rollouts;
using ModelHub.Tests.Support;

namespace ModelHub.Tests.Worker.Promotions;

/// <summary>
/// Nodes and one router as the control stream would write them down: every wanted placement becomes ready, what is let
/// go disappears, and the router obeys the newest table. It also notes each moment at which an endpoint that has
/// traffic had no ready placement left to send it to, or shares that do not add up.
/// </summary>
internal sealed class RowFleet(TestDatabase database) : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private Task running = Task.CompletedTask;

    public List<string> Gaps { get; } = [];

    /// <summary>The router is alive and slow: it obeys the table it has and takes no newer one.</summary>
    public volatile bool RouterLags;

    /// <summary>An API watches who is heard of.</summary>
    public bool IsHeard { get; init; }

    public async Task StartAsync(params string[] nodes)
    {
        await using var db = database.Open();
        foreach (var name in nodes)
            db.Nodes.Add(InferenceNode.Join(Introduce(name), Key(), RandomNumberGenerator.GetBytes(32), DateTimeOffset.UtcNow).Value);
        db.Routers.Add(ModelHub.Domain.Nodes.Router.Join(Introduce("router"), Key(), RandomNumberGenerator.GetBytes(32), DateTimeOffset.UtcNow).Value);
        await db.CommitAsync([], Actor.System("test"), stop.Token);
        running = Task.Run(FollowAsync);
    }

    public async Task LoseAsync(string name)
    {
        await using var db = database.Open();
        (await db.Nodes.SingleAsync(n => n.Name == name, stop.Token)).Lose();
        await db.BumpAsync(Numbered.Routes, stop.Token);
        await db.CommitAsync([], Actor.System("test"), stop.Token);
    }

    /// <summary>A router that was heard of until now and is not any more.</summary>
    public async Task LoseRouterAsync(string name)
    {
        await using var db = database.Open();
        var router = ModelHub.Domain.Nodes.Router.Join(Introduce(name), Key(), RandomNumberGenerator.GetBytes(32), DateTimeOffset.UtcNow).Value;
        router.Lose();
        db.Routers.Add(router);
        await db.CommitAsync([], Actor.System("test"), stop.Token);
    }

    public async Task ReturnAsync(string name)
    {
        await using var db = database.Open();
        await db.BumpAsync(Numbered.Routes, stop.Token);
        await db.Database.ExecuteSqlAsync($"update nodes set state = 'Ready', last_seen_at = now(), revision = revision + 1 where name = {name}", stop.Token);
        await db.CommitAsync([], Actor.System("test"), stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task FollowAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            var seen = database.Changes.Count;
            await using (var db = database.Open())
            {
                await ObeyAsync(db);
                await LookForGapsAsync(db);
            }
            await database.Changes.WaitAsync(seen, TimeSpan.FromMilliseconds(200), stop.Token);
        }
    }

    private async Task ObeyAsync(ModelHubDb db)
    {
        if (IsHeard)
            await db.Database.ExecuteSqlAsync($"update nodes set last_seen_at = clock_timestamp(); update routers set last_seen_at = clock_timestamp()", stop.Token);
        var placements = await db.Placements.Where(p => p.Node.State == NodeState.Ready).ToListAsync(stop.Token);
        var fresh = placements.Where(p => p is { Wanted: true, State: PlacementState.Pending }).ToList();
        fresh.ForEach(p => p.Observe(PlacementState.Ready, null, 1_000, 5, DateTimeOffset.UtcNow));
        var obeyed = await db.Routers.Where(r => r.State == RouterState.Ready).Select(r => r.RoutesRevision).SingleAsync(stop.Token);
        Gaps.AddRange(placements.Where(p => !p.Wanted && !(p.RetiredAtRoutes <= obeyed)).Select(p => $"a placement was let go at table {p.RetiredAtRoutes} while the router obeyed {obeyed}"));
        db.Placements.RemoveRange(placements.Where(p => !p.Wanted));
        if (fresh.Count > 0) await db.BumpAsync(Numbered.Routes, stop.Token);
        await db.CommitAsync([], Actor.System("test"), stop.Token);
        if (RouterLags)
            return;
        await db.Database.ExecuteSqlAsync(
            $"update routers set routes_revision = r.value, routes_applied_at = clock_timestamp() from revisions r where r.name = 'routes' and routes_revision < r.value", stop.Token);
    }

    /// <summary>What the routing table would hold: ready placements on living nodes that are not retired.</summary>
    private async Task LookForGapsAsync(ModelHubDb db)
    {
        var gaps = await db.Variants.Where(v => v.ValidTo == null && !db.Placements.Any(p =>
                p.EndpointId == v.EndpointId && p.VersionId == v.VersionId && p.State == PlacementState.Ready && p.RetiredAtRoutes == null && p.Node.State == NodeState.Ready))
            .Select(v => v.Version.Number).ToListAsync(stop.Token);
        Gaps.AddRange(gaps.Select(number => $"version {number} had traffic and no node at {DateTimeOffset.UtcNow:O}"));
        var shares = await db.Variants.Where(v => v.ValidTo == null).GroupBy(v => v.EndpointId).Select(g => g.Sum(v => v.Weight)).ToListAsync(stop.Token);
        Gaps.AddRange(shares.Where(sum => Math.Abs(sum!.Value - 100) > 1e-9).Select(sum => $"the shares added up to {sum} at {DateTimeOffset.UtcNow:O}"));
    }

    private static NodeIntroduction Introduce(string name) => new(name, $"http://127.0.0.1:1/{name}", ["onnx"], 1L << 30, 2, "test");

    private static string Key() => Convert.ToHexString(RandomNumberGenerator.GetBytes(6));
}
