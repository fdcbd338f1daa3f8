using System.Text.Json;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Data;

/// <param name="Expectations">The document: a list of rules. One without rules expects nothing.</param>
/// <param name="ExpectedRevision">The dataset's revision the caller saw last; when it is another by now, nothing is done.</param>
internal sealed record SetDatasetExpectationsInput(string Dataset, JsonElement Expectations, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class SetDatasetExpectations
{
    /// <summary>Says what versions of a dataset shall keep to. Those profiled from now on are judged by it; the ones before keep their judgement.</summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(DatasetNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Dataset, Refusal>> SetDatasetExpectationsAsync(
        SetDatasetExpectationsInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(SetDatasetExpectations), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<Dataset>> RunAsync(SetDatasetExpectationsInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Write, Place.Of(input.Dataset)))
            return new NotPermitted();
        if (await db.Datasets.SingleOrDefaultAsync(d => d.Name == input.Dataset, ct) is not { } dataset)
            return new DatasetNotFound(input.Dataset);
        if (Expect.Revision(dataset, input.ExpectedRevision) is { } conflict)
            return conflict;
        if (ExpectationDocument.Read(input.Expectations).IsRefused(out var refusal, out var rules))
            return refusal;
        if (dataset.Expect(rules, caller.Actor, now).IsRefused(out refusal, out var expectations))
            return refusal;

        db.Expectations.Add(expectations);
        var change = new DatasetExpectationsSet(dataset.Name, expectations.Number, rules.Count);
        return await db.CommitAsync(change, caller.Actor, ct) is { } refused ? refused : dataset;
    }
}
