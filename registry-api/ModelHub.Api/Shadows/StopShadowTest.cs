using ModelHub.Domain.Events;
using ModelHub.Domain.Shadows;

namespace ModelHub.Api.Shadows;

internal sealed record StopShadowTestInput([property: ID<ShadowTest>] ShadowTestId ShadowTest, string? Reason, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class StopShadowTest
{
    /// <summary>Ends a shadow test without a verdict. What was found until then is kept.</summary>
    [Authorize(nameof(Permission.Operate))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(ShadowTestNotFound))]
    [Error(typeof(ShadowTestEnded))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<ShadowTest, Refusal>> StopShadowTestAsync(StopShadowTestInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(StopShadowTest), input, input.IdempotencyKey, () => db.OnConflictAsync(() => RunAsync(input, caller, db, time.GetUtcNow(), ct)), ct);

    private static async Task<Result<ShadowTest>> RunAsync(StopShadowTestInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.FindShadowTestAsync(input.ShadowTest, caller, ct) is not { } test)
            return new ShadowTestNotFound();
        if (!caller.May(Permission.Operate, test.Place()))
            return new NotPermitted();
        if ((Expect.Revision(test, input.ExpectedRevision) ?? test.Stop(input.Reason, await db.FoundAsync(test.Id, ct), now)) is { } refusal)
            return refusal;
        await db.CloseShadowTestAsync(test, caller.Actor, now, ct);
        var over = new ShadowTestOver(
            test.Id.Value, test.Version.Model.Name, test.Version.Number, test.Against.Number, test.Endpoint.Environment.Name, test.State, test.Verdict, test.Reason!, test.Findings);
        return await db.CommitAsync(over, caller.Actor, ct) is { } refused ? refused : test;
    }
}
