using ModelHub.Database.Events;
using ModelHub.Database.Rollouts;
using ModelHub.Domain.Events;

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
    /// Sends the traffic back to an earlier version. One that is still loaded takes it at once: one transaction, one routing
    /// table. Any other is loaded and warmed first, and traffic stays where it is until then. The version it is taken from is
    /// blocked in this environment until somebody lifts that. Answers once the last live router has switched, or without that
    /// figure after two seconds.
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
        var endpoint = await db.Endpoints.WithHistory().SingleOrDefaultAsync(e => e.Model.Name == input.Model && e.Environment.Name == input.Environment, ct);
        if (endpoint is null)
            return new EndpointNotFound(input.Model, input.Environment);
        if (Expect.Revision(endpoint, input.ExpectedRevision) is { } conflict)
            return conflict;

        if (RollbackPlan.Choose(input.Model, input.Environment, await db.ServedAsync(endpoint, ct), input.ToVersion).IsRefused(out var refusal, out var plan))
            return refusal;
        var (reason, now) = (input.Reason ?? "by hand", time.GetUtcNow());
        return plan.Loaded
            ? await new RollBackEndpoint(db, endpoint, plan, reason, caller.Actor, now).RunAsync(ct)
            : await LoadAsync(db, endpoint, plan, reason, caller.Actor, now, ct);
    }

    /// <summary>Traffic stays where it is until the target is loaded and warm again; a worker switches then.</summary>
    private static async Task<Result<Rollback>> LoadAsync(ModelHubDb db, Endpoint endpoint, RollbackPlan plan, string reason, Actor actor, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.Rollbacks.SingleOrDefaultAsync(r => r.EndpointId == endpoint.Id && r.State == RollbackState.Loading, ct) is { } other)
        {
            if (other.ToVersionId == plan.To)
                return other;
            // Only one may be loading: EF changes rows of a table before it adds others.
            other.Fail("another rollback came first");
        }
        var rollback = Rollback.Load(endpoint.Id, plan, reason, actor, now);
        db.Rollbacks.Add(rollback);
        int Number(VersionId version) => endpoint.Variants.First(v => v.VersionId == version).Version.Number;
        var loading = new RollbackLoading(endpoint.Model.Name, endpoint.Environment.Name, Number(plan.From), Number(plan.To), reason);
        return await db.CommitAsync(loading, actor, ct) is { } refusal ? refusal : rollback;
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
