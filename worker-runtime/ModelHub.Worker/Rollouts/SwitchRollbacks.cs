using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Events;
using ModelHub.Domain.Events;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Rollouts;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Rollouts;

/// <summary>Writes down when the last live router obeyed a rollback: its time to safety.</summary>
internal sealed class SwitchRollbacks(IDbContextFactory<ModelHubDb> databases, Changes changes, ILogger<SwitchRollbacks> logger) : Loop(changes, logger)
{
    protected override async Task<bool> RunOnceAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (!await db.Rollbacks.AnyAsync(r => r.State == RollbackState.Switching, ct)) return false;
        var open = await db.Rollbacks.Where(r => r.State == RollbackState.Switching)
            .Include(r => r.Endpoint.Model).Include(r => r.Endpoint.Environment).Include(r => r.ToVersion).AsSplitQuery().ToListAsync(ct);
        var routers = await db.Routers.AsNoTracking().Where(r => r.State == RouterState.Ready).ToListAsync(ct);
        var events = new List<Event>();
        foreach (var rollback in open)
        {
            if (routers.Count == 0 || routers.Any(r => r.RoutesRevision < rollback.RoutesRevision || r.RoutesAppliedAt is null)) continue;
            rollback.Switched(routers.Max(r => r.RoutesAppliedAt!.Value));
            events.Add(new RollbackSwitched(rollback.Endpoint.Model.Name, rollback.Endpoint.Environment.Name, rollback.ToVersion.Number, rollback.TimeToSafetyMs!.Value));
        }
        // A refusal means that another worker wrote it first.
        if (events.Count > 0) await db.CommitAsync(events, OperationStore.Worker, ct);
        return false;
    }
}
