using ModelHub.Domain.Events;
using ModelHub.Protocol;

namespace ModelHub.Api.Control;

/// <summary>Stores which table a peer acts on; when the last live router has switched, rollbacks get their time to safety.</summary>
internal sealed class RecordApplied(IDbContextFactory<ModelHubDb> factory)
{
    private static readonly Actor Actor = Actor.System("control");

    public async Task RunAsync(Peer peer, Applied applied, CancellationToken ct)
    {
        // Nobody asks which access table a peer has.
        if (applied.Kind == AppliedKind.Access)
            return;
        await using var db = await factory.CreateDbContextAsync(ct);
        switch (peer.Kind, applied.Kind)
        {
            case (PeerKind.Router, AppliedKind.Routes):
                await RoutesAsync(db, peer, applied, ct);
                break;
            case (PeerKind.Node, AppliedKind.Assignments):
                await db.Database.ExecuteSqlAsync($"update nodes set assignments_revision = greatest(assignments_revision, {applied.Revision}) where id = {peer.Id}", ct);
                break;
        }
    }

    /// <summary>By the database's clock: decided and switched are then times of one clock, whatever the router's says.</summary>
    private static async Task RoutesAsync(ModelHubDb db, Peer peer, Applied applied, CancellationToken ct)
    {
        var moved = await db.Database.ExecuteSqlAsync(
            $"update routers set routes_revision = {applied.Revision}, routes_applied_at = clock_timestamp() where id = {peer.Id} and routes_revision < {applied.Revision}", ct);
        if (moved == 0)
            return;
        await EndRollbacksAsync(db, ct);
        await db.NotifyAsync("applied");
    }

    private static async Task EndRollbacksAsync(ModelHubDb db, CancellationToken ct)
    {
        var waiting = await db.Rollbacks.Include(r => r.Endpoint.Model).Include(r => r.Endpoint.Environment).Include(r => r.ToVersion)
            .Where(r => r.State == RollbackState.Switching).ToListAsync(ct);
        if (waiting.Count == 0)
            return;
        var routers = await db.Routers.AsNoTracking().Where(r => r.State == RouterState.Ready).Select(r => new { r.RoutesRevision, r.RoutesAppliedAt }).ToListAsync(ct);
        var done = waiting.Where(rollback => routers.All(router => router.RoutesRevision >= rollback.RoutesRevision)).ToList();
        if (done.Count == 0 || routers.Max(router => router.RoutesAppliedAt) is not { } at)
            return;
        done.ForEach(rollback => rollback.Switched(at));
        IReadOnlyList<Event> events = [.. done.Select(r => new RollbackSwitched(r.Endpoint.Model.Name, r.Endpoint.Environment.Name, r.ToVersion.Number, r.TimeToSafetyMs!.Value))];
        // Refused: the process that serves another router has written it.
        await db.CommitAsync(events, Actor, ct);
    }
}
