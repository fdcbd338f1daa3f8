using ModelHub.Api.Hooks;
using ModelHub.Database.Events;
using ModelHub.Domain.Bundles;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Bundles;

/// <summary>Has a worker make the sample of a version, once, and waits for it as long as the caller wants.</summary>
internal sealed class PrepareBundle(IDbContextFactory<ModelHubDb> databases, Changes changes, Waiters waiters, TimeProvider time)
{
    /// <summary>What failed is not tried again before.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    /// <summary>The preparation as it stands once it has ended or the seconds are over.</summary>
    public async Task<Result<Operation>> RunAsync(Version version, int seconds, Caller caller, CancellationToken ct)
    {
        if ((await NeedAsync(version, caller, ct)).IsRefused(out var refusal, out var operation))
            return refusal;
        var seen = await waiters.UntilAsync(seconds, () => FindAsync(operation.Id, ct), found => found.State.HasEnded(), changes, ct) ?? operation;
        return seen.State switch
        {
            OperationState.Failed => new BundleNotPrepared(version.Model.Name, version.Number, seen.Failure ?? "it failed."),
            OperationState.Cancelled => new BundleNotPrepared(version.Model.Name, version.Number, "its preparation was cancelled."),
            _ => seen,
        };
    }

    /// <summary>The one that is under way or ended a moment ago, else a new one. Two at once do no harm: the first sample stays.</summary>
    private async Task<Result<Operation>> NeedAsync(Version version, Caller caller, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var last = await db.Operations.AsNoTracking().Where(o => o.SubjectId == version.Id.Value && o.Kind == OperationKinds.PrepareBundle)
            .OrderByDescending(o => o.CreatedAt).FirstOrDefaultAsync(ct);
        if (last is not null && (!last.State.HasEnded() || now - last.EndedAt < Again))
            return last;
        var operation = Operation.Enqueue(OperationKinds.PrepareBundle, Subjects.Version(version.Model.Name, version.Number), version.Id.Value, caller.Actor, now);
        db.Operations.Add(operation);
        return await db.CommitAsync(new BundleRequested(version.Model.Name, version.Number), caller.Actor, ct) is { } refused ? refused : operation;
    }

    private async Task<Operation?> FindAsync(OperationId id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Operations.AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, ct);
    }
}
