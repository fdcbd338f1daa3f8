using ModelHub.Domain.Events;
using ModelHub.Protocol;
using PlacementFailure = ModelHub.Domain.Rollouts.PlacementFailure;
using PlacementState = ModelHub.Domain.Rollouts.PlacementState;

namespace ModelHub.Api.Control;

/// <summary>Writes down what a node says it holds. Traffic depends on it, so a version that becomes or ceases to be ready moves the routes.</summary>
internal sealed class ObservePlacements(IDbContextFactory<ModelHubDb> factory, TimeProvider time)
{
    private const int MaxText = 2_000;
    private static readonly Actor Actor = Actor.System("control");

    public async Task RunAsync(NodeId node, string name, Placements report, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var rows = await db.Placements.Include(p => p.Version.Model).Where(p => p.NodeId == node).ToListAsync(ct);
        var items = report.Items.DistinctBy(item => item.VersionId).ToDictionary(item => VersionId.From(item.VersionId));
        var now = time.GetUtcNow();
        var moved = false;
        var events = new List<Event>();
        foreach (var row in rows)
        {
            // A version that another endpoint wants here, too, never leaves the node.
            if (!row.Wanted && rows.Exists(other => other.Wanted && other.VersionId == row.VersionId))
            {
                db.Placements.Remove(row);
                continue;
            }
            var before = row.State;
            if (items.TryGetValue(row.VersionId, out var item))
                Observe(row, item, now);
            else if (!row.Wanted)
                db.Placements.Remove(row);
            else if (before != PlacementState.Pending)
                row.Observe(PlacementState.Pending, null, 0, 0, now);
            var after = db.Entry(row).State == EntityState.Deleted ? PlacementState.Draining : row.State;
            if (after == before)
                continue;
            moved |= after == PlacementState.Ready || before == PlacementState.Ready;
            if (after is PlacementState.Ready or PlacementState.Failed || before == PlacementState.Ready)
                events.Add(new PlacementChanged(name, row.Version.Model.Name, row.Version.Number, after, after == PlacementState.Failed ? row.LastFailure?.Reason : null));
        }
        foreach (var held in await db.BatchPlacements.Where(p => p.NodeId == node).ToListAsync(ct))
            if (items.TryGetValue(held.VersionId, out var item))
                held.Observe((PlacementState)item.State, Failure(item), now);
            else
                held.Observe(PlacementState.Pending, null, now);
        if (!db.ChangeTracker.HasChanges())
            return;
        if (moved)
            await db.BumpAsync(Numbered.Routes, ct);
        await db.CommitAsync([.. events.Distinct()], Actor, ct);
    }

    // Equal reports write nothing: the full state comes each ten seconds.
    private static void Observe(Placement row, PlacementItem item, DateTimeOffset now)
    {
        var state = (PlacementState)item.State;
        var failure = Failure(item);
        if (row.State != state || row.MemoryBytes != item.MemoryBytes || (failure is not null && failure != row.LastFailure))
            row.Observe(state, failure, item.MemoryBytes, (long)item.LoadedMs, now);
    }

    private static PlacementFailure? Failure(PlacementItem item) => item.Failure is { } f ? new PlacementFailure(Cut(f.Reason), Cut(f.Message), f.At) : null;

    private static string Cut(string text) => text.Length > MaxText ? text[..MaxText] : text;
}
