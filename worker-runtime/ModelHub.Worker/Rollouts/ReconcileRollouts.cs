using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Events;
using ModelHub.Domain.Rollouts;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Rollouts;

/// <summary>
/// Keeps the versions of every endpoint loaded where they should be: replaces lost nodes, empties draining ones, ends
/// keep-warm times, and unloads only what no router sends anything to.
/// </summary>
internal sealed partial class ReconcileRollouts(IDbContextFactory<ModelHubDb> databases, Changes changes, ILogger<ReconcileRollouts> logger, TimeProvider time)
    : Loop(changes, logger)
{
    protected override async Task<bool> RunOnceAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var unsettled = (await ObserveRollout.ReadAllAsync(db, now, ct)).Where(e => !Rollout.Next(e.Value, now).None).Select(e => e.Key).ToList();
        var changed = false;
        foreach (var endpoint in unsettled) changed |= await ReconcileAsync(endpoint, ct);
        return changed;
    }

    /// <returns>Whether something was written.</returns>
    private async Task<bool> ReconcileAsync(EndpointId endpoint, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();

        // A rollback or a shift takes the same numbers: behind them nobody changes what is routed, so the decision made now holds.
        // All writers take them in this order, or two of them could wait for each other.
        var routes = await db.BumpAsync(Numbered.Routes, ct);
        await db.BumpAsync(Numbered.Assignments, ct);
        var decided = Rollout.Next(await ObserveRollout.ReadAsync(db, endpoint, now, ct), now);
        if (decided.None) return false;

        await WritePlacements.WantAsync(db, endpoint, decided.Want, now, ct);
        var present = await db.Placements.Where(p => p.EndpointId == endpoint).ToListAsync(ct);
        foreach (var placement in present)
        {
            if (decided.Retire.Contains((placement.VersionId, placement.NodeId))) placement.Retire(routes, now);
            if (decided.LetGo.Contains((placement.VersionId, placement.NodeId))) placement.LetGo(now);
        }
        LogChanged(endpoint.Value, decided.Want.Count, decided.Retire.Count, decided.LetGo.Count);
        // A refusal means that another worker wrote first: the next look finds what it left.
        return await db.CommitAsync([], OperationStore.Worker, ct) is null;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Endpoint {Endpoint}: {Wanted} placements wanted, {Retired} retired, {LetGo} let go")]
    private partial void LogChanged(Guid endpoint, int wanted, int retired, int letGo);
}
