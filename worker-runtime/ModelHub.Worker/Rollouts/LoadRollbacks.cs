using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Events;
using ModelHub.Database.Rollouts;
using ModelHub.Domain.Events;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Rollouts;

/// <summary>Sends the traffic back to versions that had to be loaded first, once they are ready; what has them loaded is <see cref="ReconcileRollouts"/>.</summary>
internal sealed partial class LoadRollbacks(IDbContextFactory<ModelHubDb> databases, Changes changes, ILogger<LoadRollbacks> logger, TimeProvider time) : Loop(changes, logger)
{
    protected override async Task<bool> RunOnceAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        foreach (var id in await db.Rollbacks.Where(r => r.State == RollbackState.Loading).Select(r => r.Id).ToListAsync(ct)) await AdvanceAsync(id, ct);
        return false;
    }

    private async Task AdvanceAsync(RollbackId id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        if (await db.Rollbacks.SingleOrDefaultAsync(r => r.Id == id && r.State == RollbackState.Loading, ct) is not { } rollback) return;
        var endpoint = await db.Endpoints.WithHistory().SingleAsync(e => e.Id == rollback.EndpointId, ct);
        var states = await db.Placements.Where(p => p.EndpointId == endpoint.Id && p.VersionId == rollback.ToVersionId && p.Wanted && p.RetiredAtRoutes == null && p.Node.State == NodeState.Ready)
            .Select(p => new { p.State, p.LastFailure }).ToListAsync(ct);
        var live = endpoint.Primary()?.VersionId;
        var isOvertaken = live is not null && live != rollback.FromVersionId && live != rollback.ToVersionId;
        var failure = live == rollback.ToVersionId ? "it has the traffic already"
            : isOvertaken ? $"version {NumberOf(endpoint, live!.Value)} went live meanwhile"
            : states.Count > 0 && states.All(s => s.State == PlacementState.Failed) ? $"it cannot be loaded: {states[0].LastFailure?.Message ?? "no reason given"}"
            : now - rollback.DecidedAt > Promotion.PlacingDeadline ? "it was not ready in time"
            : null;
        if (failure is not null) await FailAsync(db, endpoint, rollback, failure, isOvertaken ? await BlockAsync(db, endpoint, rollback, now, ct) : [], ct);
        else if (states.Count > 0 && states.All(s => s.State is PlacementState.Ready or PlacementState.Failed)) await SwitchAsync(db, endpoint, rollback, now, ct);
    }

    private async Task SwitchAsync(ModelHubDb db, Domain.Rollouts.Endpoint endpoint, Rollback rollback, DateTimeOffset now, CancellationToken ct)
    {
        var plan = new RollbackPlan(endpoint.Primary()!.VersionId, rollback.ToVersionId);
        var actor = new Domain.Access.Actor(rollback.DecidedBy);
        var done = await new RollBackEndpoint(db, endpoint, plan, rollback.Reason, actor, now) { Waiting = rollback }.RunAsync(ct);
        // A refusal means that another worker wrote first, or that a node has just let go of it: the next look finds what is there.
        if (done.Refusal is null) LogSwitched(endpoint.Model.Name, endpoint.Environment.Name, rollback.Reason);
    }

    private async Task FailAsync(
        ModelHubDb db, Domain.Rollouts.Endpoint endpoint, Rollback rollback, string reason, IReadOnlyList<Event> events, CancellationToken ct)
    {
        rollback.Fail(reason);
        var to = NumberOf(endpoint, rollback.ToVersionId);
        await db.CommitAsync([new RollbackFailed(endpoint.Model.Name, endpoint.Environment.Name, to, reason), .. events], OperationStore.Worker, ct);
        LogFailed(endpoint.Model.Name, endpoint.Environment.Name, to, reason);
    }

    /// <summary>The version that went live is nobody's to take back; the one that was to be taken back has lost the traffic, and stays as bad as it was found.</summary>
    private static Task<IReadOnlyList<Event>> BlockAsync(ModelHubDb db, Domain.Rollouts.Endpoint endpoint, Rollback rollback, DateTimeOffset now, CancellationToken ct) =>
        db.BlockAsync(
            new(rollback.FromVersionId, endpoint.Model.Name, NumberOf(endpoint, rollback.FromVersionId)), endpoint.Environment, rollback.PromotionId, rollback.Reason,
            new Domain.Access.Actor(rollback.DecidedBy), now, ct);

    private static int NumberOf(Domain.Rollouts.Endpoint endpoint, Domain.Models.VersionId version) => endpoint.Variants.First(v => v.VersionId == version).Version.Number;

    [LoggerMessage(Level = LogLevel.Information, Message = "{Model} in {Environment} goes back to a version that was loaded for it: {Reason}")]
    private partial void LogSwitched(string model, string environment, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Model} in {Environment} cannot go back to version {Version}: {Reason}")]
    private partial void LogFailed(string model, string environment, int version, string reason);
}
