using ModelHub.Domain.Events;
using ModelHub.Protocol;

namespace ModelHub.Api.Control;

/// <summary>
/// Each second: writes down which peers were heard of here, and calls lost who was heard of by no process for three seconds.
/// Who speaks again on the stream it had is there again. After a pause of this loop, be it a start or an outage of the database, peers get time to come back first.
/// </summary>
internal sealed partial class WatchPeers(
    IDbContextFactory<ModelHubDb> factory, ConnectedPeers connected, TimeProvider time, ILogger<WatchPeers> log) : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan TimeToReturn = TimeSpan.FromSeconds(6);
    private static readonly Actor Actor = Actor.System("control");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Beat, time);
        DateTimeOffset? last = null;
        var judgesFrom = DateTimeOffset.MinValue;
        while (await NextAsync(timer, stoppingToken))
        {
            var now = time.GetUtcNow();
            if (last is null || now - last > Pause)
                judgesFrom = now + TimeToReturn;
            try
            {
                var heard = connected.All.Where(peer => now - peer.HeardAt < LostAfter).ToList();
                await WriteHeardAsync(heard, now, stoppingToken);
                await TakeBackAsync(heard, stoppingToken);
                if (now >= judgesFrom)
                    await LoseSilentAsync(now, stoppingToken);
                last = now;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFailed(log, e);
            }
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken ct)
    {
        try
        {
            return await timer.WaitForNextTickAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // Past EF: a heartbeat is no change of the node that a revision should count.
    private async Task WriteHeardAsync(List<Peer> heard, DateTimeOffset now, CancellationToken ct)
    {
        if (heard.Count == 0)
            return;
        var nodes = heard.Where(peer => peer.Kind == PeerKind.Node).ToList();
        var (ids, memory) = (nodes.Select(peer => peer.Id).ToArray(), nodes.Select(peer => peer.MemoryUsedBytes).ToArray());
        var cpus = nodes.Select(peer => peer.CpusUsed).ToArray();
        var routers = heard.Where(peer => peer.Kind == PeerKind.Router).Select(peer => peer.Id).ToArray();
        await using var db = await factory.CreateDbContextAsync(ct);
        await db.Database.ExecuteSqlAsync($"""
            with heard as (select * from unnest({ids}, {memory}, {cpus}) as peer (id, memory, cpus))
            update nodes set last_seen_at = greatest(last_seen_at, {now}), memory_used_bytes = heard.memory, cpus_used = heard.cpus from heard where nodes.id = heard.id
            """, ct);
        await db.Database.ExecuteSqlAsync($"update routers set last_seen_at = greatest(last_seen_at, {now}) where id = any({routers})", ct);
    }

    // Its stream may be cut later than it is called lost: without a new hello nobody else would ever take it back.
    private async Task TakeBackAsync(List<Peer> heard, CancellationToken ct)
    {
        if (heard.Count == 0)
            return;
        var nodeIds = heard.Where(peer => peer.Kind == PeerKind.Node).Select(peer => NodeId.From(peer.Id)).ToList();
        var routerIds = heard.Where(peer => peer.Kind == PeerKind.Router).Select(peer => RouterId.From(peer.Id)).ToList();
        await using var db = await factory.CreateDbContextAsync(ct);
        var nodes = await db.Nodes.Where(node => node.State == NodeState.Lost && nodeIds.Contains(node.Id)).ToListAsync(ct);
        var routers = await db.Routers.Where(router => router.State == RouterState.Lost && routerIds.Contains(router.Id)).ToListAsync(ct);
        if (nodes.Count + routers.Count == 0)
            return;
        nodes.ForEach(node => node.SpeakAgain());
        routers.ForEach(router => router.SpeakAgain());
        IReadOnlyList<Event> events = [.. nodes.Select(node => new NodeJoined(node.Name, node.Address)), .. routers.Select(router => new RouterJoined(router.Name, router.Address))];
        await CommitAsync(db, nodes.Count > 0, events, ct);
    }

    private async Task LoseSilentAsync(DateTimeOffset now, CancellationToken ct)
    {
        var before = now - LostAfter;
        await using var db = await factory.CreateDbContextAsync(ct);
        var nodes = await db.Nodes.Where(node => node.State != NodeState.Lost && node.LastSeenAt < before).ToListAsync(ct);
        var routers = await db.Routers.Where(router => router.State != RouterState.Lost && router.LastSeenAt < before).ToListAsync(ct);
        if (nodes.Count + routers.Count == 0)
            return;
        nodes.ForEach(node => node.Lose());
        routers.ForEach(router => router.Lose());
        IReadOnlyList<Event> events = [.. nodes.Select(node => new NodeLost(node.Name)), .. routers.Select(router => new RouterLost(router.Name))];
        await CommitAsync(db, nodes.Count > 0, events, ct);
    }

    private async Task CommitAsync(ModelHubDb db, bool routes, IReadOnlyList<Event> events, CancellationToken ct)
    {
        if (routes)
            await db.BumpAsync(Numbered.Routes, ct);
        // Refused: another process was faster, or the peer has just said hello.
        if (await db.CommitAsync(events, Actor, ct) is null)
            LogChanged(log, string.Join(", ", events.Select(one => $"{one.Type} {one.Subject}")));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Peers: {Changes}")]
    private static partial void LogChanged(ILogger log, string changes);

    [LoggerMessage(Level = LogLevel.Error, Message = "Cannot write down who was heard of")]
    private static partial void LogFailed(ILogger log, Exception e);
}
