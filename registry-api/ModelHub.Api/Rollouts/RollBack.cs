using ModelHub.Database.Events;

namespace ModelHub.Api.Rollouts;

/// <param name="ToVersion">The version to go back to; the one that lost the traffic last when left out.</param>
/// <param name="ExpectedRevision">Of the endpoint.</param>
internal sealed record RollbackInput(string Model, string Environment, int? ToVersion, string? Reason, long? ExpectedRevision, string? IdempotencyKey);

/// <summary>The endpoint as it is now, and what was done.</summary>
internal sealed record RollbackPayload(Endpoint Endpoint, Rollback Rollback);

[MutationType]
internal static class RollBack
{
    // Longer than routers take when all is well; the answer without a figure is still true.
    private static readonly TimeSpan SwitchPatience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Sends the traffic back to a version that is still loaded: one transaction, one routing table. Answers once the last live
    /// router has switched, or without that figure after two seconds.
    /// </summary>
    [Authorize(nameof(Permission.Operate))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(EndpointNotFound))]
    [Error(typeof(NothingToRollBackTo))]
    [Error(typeof(RollbackTargetNotReady))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static async Task<MutationResult<RollbackPayload, Refusal>> RollbackAsync(
        RollbackInput input, Caller caller, ModelHubDb db, Changes changes, TimeProvider time, CancellationToken ct)
    {
        var result = await db.OnceAsync<Rollback>(
            caller, nameof(RollBack), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time, ct),
            rollback => rollback.Id.Value.ToString(), text => FindAsync(db, RollbackId.From(Guid.Parse(text)), ct), ct);
        var outcome = (IMutationResult)result;
        if (outcome.Refusal is Refusal refusal)
            return refusal;
        var id = ((Rollback)outcome.Value!).Id;
        var done = await SwitchedAsync(db, changes, id, ct);
        return new RollbackPayload(await db.Endpoints.AsNoTracking().SingleAsync(e => e.Id == done.EndpointId, ct), done);
    }

    private static async Task<Result<Rollback>> RunAsync(RollbackInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        if (!caller.May(Permission.Operate, Place.In(input.Model, input.Environment)))
            return new NotPermitted();
        if (Texts.Longer("reason", input.Reason, Limits.Reason) is { } tooLong)
            return tooLong;
        var endpoint = await db.Endpoints.Include(e => e.Variants).ThenInclude(v => v.Version).Include(e => e.Environment).Include(e => e.Model)
            .SingleOrDefaultAsync(e => e.Model.Name == input.Model && e.Environment.Name == input.Environment, ct);
        if (endpoint is null)
            return new EndpointNotFound(input.Model, input.Environment);
        if (Expect.Revision(endpoint, input.ExpectedRevision) is { } conflict)
            return conflict;

        var ready = await db.Placements.Where(p => p.EndpointId == endpoint.Id && p.Wanted && p.State == PlacementState.Ready && p.Node.State == NodeState.Ready)
            .GroupBy(p => p.VersionId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var served = endpoint.Variants.Where(v => v.Role == VariantRole.Primary)
            .Select(v => new ServedVersion(v.VersionId, v.Version.Number, v.ValidTo, ready.GetValueOrDefault(v.VersionId))).ToList();
        if (RollbackPlan.Choose(input.Model, input.Environment, served, input.ToVersion).IsRefused(out var refusal, out var plan))
            return refusal;
        return await new RollBackEndpoint(db, endpoint, plan, input.Reason ?? "by hand", caller.Actor, time.GetUtcNow()).RunAsync(ct);
    }

    private static async Task<Rollback> SwitchedAsync(ModelHubDb db, Changes changes, RollbackId id, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(SwitchPatience);
        while (true)
        {
            var seen = changes.Count;
            var rollback = await FindAsync(db, id, ct);
            if (rollback.SwitchedAt is not null || patience.IsCancellationRequested)
                return rollback;
            try
            {
                await changes.WaitAsync(seen, SwitchPatience, patience.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                // Out of patience: one more look, then the answer goes without the figure.
            }
        }
    }

    private static Task<Rollback> FindAsync(ModelHubDb db, RollbackId id, CancellationToken ct)
        => db.Rollbacks.AsNoTracking().SingleAsync(r => r.Id == id, ct);
}
