using ModelHub.Domain.Events;

namespace ModelHub.Api.Data;

/// <param name="From">The number of the earlier version.</param>
/// <param name="To">The number of the later version.</param>
/// <param name="Key">The columns by which a row is the same row in both; left out, rows are compared as a whole.</param>
internal sealed record CompareDataVersionsInput(string Dataset, int From, int To, IReadOnlyList<string>? Key, string? IdempotencyKey);

[MutationType]
internal static class CompareDataVersions
{
    /// <summary>Has a worker compare two versions of a dataset. What was compared in the same way before, and has not failed, is answered at once.</summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(DataVersionNotFound))]
    [Error(typeof(DataVersionNotReady))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<DataDiff, Refusal>> CompareDataVersionsAsync(
        CompareDataVersionsInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(CompareDataVersions), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<DataDiff>> RunAsync(CompareDataVersionsInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Write, Place.Of(input.Dataset)))
            return new NotPermitted();
        var versions = await db.DataVersions.AsNoTracking().Where(v => v.Dataset.Name == input.Dataset && (v.Number == input.From || v.Number == input.To)).ToListAsync(ct);
        if (versions.Find(v => v.Number == input.From) is not { } from)
            return new DataVersionNotFound(input.Dataset, input.From);
        if (versions.Find(v => v.Number == input.To) is not { } to)
            return new DataVersionNotFound(input.Dataset, input.To);
        var id = DataDiffId.New(now);
        var operation = Operation.Enqueue(OperationKinds.CompareDataVersions, Subjects.DataVersion(input.Dataset, to.Number), id.Value, caller.Actor, now);
        if (DataDiff.Request(id, input.Dataset, from, to, input.Key ?? [], operation.Id, caller.Actor, now).IsRefused(out var refusal, out var diff))
            return refusal;
        if (await DoneBeforeAsync(db, diff, ct) is { } done)
            return done;

        db.Operations.Add(operation);
        db.DataDiffs.Add(diff);
        return await db.CommitAsync(new DataVersionsCompared(input.Dataset, from.Number, to.Number, diff.Key), caller.Actor, ct) is { } refused ? refused : diff;
    }

    /// <summary>Data do not change, so neither does what differs between them.</summary>
    private static async Task<DataDiff?> DoneBeforeAsync(ModelHubDb db, DataDiff wanted, CancellationToken ct)
    {
        var same = await db.DataDiffs.AsNoTracking().Where(d => d.FromId == wanted.FromId && d.ToId == wanted.ToId)
            .Where(d => d.Operation.State != OperationState.Failed && d.Operation.State != OperationState.Cancelled).ToListAsync(ct);
        return same.Find(d => d.Key.SequenceEqual(wanted.Key));
    }
}
