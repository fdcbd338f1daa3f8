using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Events;
using ModelHub.Domain.Batches;
using ModelHub.Domain.Models;
using ModelHub.Domain.Operations;
using ModelHub.Worker.Jobs;
using ModelHub.Worker.Rollouts;

namespace ModelHub.Worker.Batches;

/// <summary>Keeps the versions of running batches loaded, on other nodes when one is lost, and lets go of those of ended ones.</summary>
internal sealed partial class PlaceBatches(IDbContextFactory<ModelHubDb> databases, Changes changes, ILogger<PlaceBatches> logger, TimeProvider time)
    : Loop(changes, logger)
{
    protected override async Task<bool> RunOnceAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var open = await db.BatchRuns.Where(r => r.State == OperationState.Running || db.BatchPlacements.Any(p => p.BatchRunId == r.Id)).Select(r => r.Id).ToListAsync(ct);
        if (open.Count == 0) return false;
        var fleet = await ObserveNodes.ReadAsync(db, ct);
        foreach (var run in open)
            if (!BatchPlacing.Next(await ObserveAsync(db, run, fleet, ct)).None) await PlaceAsync(run, ct);
        return false;
    }

    private async Task PlaceAsync(BatchRunId run, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        // Behind the number nobody else changes what nodes hold, so what is decided now holds.
        await db.BumpAsync(Numbered.Assignments, ct);
        var decided = BatchPlacing.Next(await ObserveAsync(db, run, await ObserveNodes.ReadAsync(db, ct), ct));
        if (decided.None) return;
        var version = await db.BatchRuns.Where(r => r.Id == run).Select(r => r.VersionId).SingleAsync(ct);
        db.BatchPlacements.AddRange(decided.Want.Select(node => BatchPlacement.Want(run, version, node, now)));
        db.BatchPlacements.RemoveRange(await db.BatchPlacements.Where(p => p.BatchRunId == run && decided.LetGo.Contains(p.NodeId)).ToListAsync(ct));
        // A refusal means that another worker wrote first: the next look finds what it left.
        if (await db.CommitAsync([], OperationStore.Worker, ct) is null) LogPlaced(run.Value, decided.Want.Count, decided.LetGo.Count);
    }

    private static async Task<BatchPlacingFacts> ObserveAsync(ModelHubDb db, BatchRunId id, FleetFacts fleet, CancellationToken ct)
    {
        var run = await db.BatchRuns.AsNoTracking().Where(r => r.Id == id).Select(r => new { r.State, r.Nodes, r.Version.Size, r.Version.Format }).SingleAsync(ct);
        var placements = await db.BatchPlacements.AsNoTracking().Where(p => p.BatchRunId == id).Select(p => new { p.NodeId, p.State }).ToListAsync(ct);
        return new(
            run.State == OperationState.Running, run.Nodes, ObserveNodes.Bytes(run.Size), ModelFormats.RuntimeOf(run.Format),
            [.. placements.Select(p => (p.NodeId, p.State))], fleet.Nodes);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Batch run {Run}: {Wanted} placements wanted, {LetGo} let go")]
    private partial void LogPlaced(Guid run, int wanted, int letGo);
}
