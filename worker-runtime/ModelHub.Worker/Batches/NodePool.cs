using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Events;
using ModelHub.Domain.Batches;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Rollouts;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Batches;

/// <summary>
/// The nodes that hold the version of a run, with how busy each is. A node that fails or is overloaded is left alone for a
/// while, longer each time; when none has answered for long, the run ends.
/// </summary>
internal sealed class NodePool(BatchRunId run, TimeProvider time)
{
    /// <summary>Requests under way to one node: one that it works on, and one that it finds when it is done.</summary>
    public const int PerNode = 2;

    /// <summary>How long a run waits for any node to answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly Dictionary<NodeId, PooledNode> nodes = [];
    private TaskCompletionSource freed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset lastAnswer = time.GetUtcNow();
    private string last = "no node holds the version";

    /// <summary>Follows what nodes hold until it is cancelled.</summary>
    public async Task FollowAsync(IDbContextFactory<ModelHubDb> databases, Changes changes, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var seen = changes.Count;
            try
            {
                await using var db = await databases.CreateDbContextAsync(ct);
                var held = await db.BatchPlacements.AsNoTracking().Where(p => p.BatchRunId == run)
                    .Select(p => new { p.NodeId, p.State, Node = p.Node.State, p.Node.Address, p.LastFailure }).ToListAsync(ct);
                var failure = held.Count > 0 && held.All(p => p.State == PlacementState.Failed) ? held[0].LastFailure?.Message ?? "no reason given" : null;
                Set([.. held.Where(p => p is { State: PlacementState.Ready, Node: not NodeState.Lost }).Select(p => (p.NodeId, p.Address))], failure);
            }
            catch (Exception failure) when (Outage.Is(failure))
            {
                // The database is away: what was ready last most likely is.
            }
            await changes.WaitAsync(seen, Look, ct);
        }
    }

    public void Set(IReadOnlyList<(NodeId Id, string Address)> ready, string? failure)
    {
        lock (gate)
        {
            foreach (var gone in nodes.Keys.Except(ready.Select(n => n.Id)).ToList()) nodes.Remove(gone);
            foreach (var (id, address) in ready)
                if (!nodes.TryGetValue(id, out var known) || known.Address != address) nodes[id] = new PooledNode(id, address);
            if (failure is not null) last = $"the version does not load: {failure}";
            Wake();
        }
    }

    /// <summary>The least busy node that may be asked; waits for one.</summary>
    /// <exception cref="BadInputException">None has answered for too long.</exception>
    public async Task<PooledNode> RentAsync(CancellationToken ct)
    {
        while (true)
        {
            Task changed;
            lock (gate)
            {
                var now = time.GetUtcNow();
                if (now - lastAnswer > Patience) throw new BadInputException($"No node has answered for {Patience.TotalMinutes:0} minutes: {last}");
                if (nodes.Values.Where(n => n.Outstanding < PerNode && n.PausedUntil <= now).MinBy(n => n.Outstanding) is { } free)
                {
                    free.Outstanding++;
                    return free;
                }
                changed = freed.Task;
            }
            await Task.WhenAny(changed, Task.Delay(ShortestPause, time, ct));
            ct.ThrowIfCancellationRequested();
        }
    }

    public void Return(PooledNode node, NodeAnswer? answer)
    {
        lock (gate)
        {
            node.Outstanding--;
            var now = time.GetUtcNow();
            if (answer is NodeAnswer.Later later)
            {
                // 0.1, 0.2, 0.4 … 5 s
                var earned = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, ShortestPause.Ticks << Math.Min(node.Failures++, 10)));
                (node.PausedUntil, last) = (now + (later.Pause ?? earned), later.Message);
            }
            else if (answer is not null)
            {
                (node.Failures, lastAnswer) = (0, now);
            }
            Wake();
        }
    }

    private void Wake()
    {
        freed.TrySetResult();
        freed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>Changed under the pool's lock only.</summary>
internal sealed class PooledNode(NodeId id, string address)
{
    public NodeId Id => id;

    public string Address => address;

    public int Outstanding { get; set; }

    public int Failures { get; set; }

    public DateTimeOffset PausedUntil { get; set; }
}
