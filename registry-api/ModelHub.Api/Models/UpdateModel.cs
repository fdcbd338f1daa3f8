using ModelHub.Domain.Events;

namespace ModelHub.Api.Models;

internal sealed record UpdateModelInput(
    string Name, string? Description, string? Owner, IReadOnlyList<Tag>? Tags, string? Card, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class UpdateModel
{
    /// <summary>Changes what is said about a model; fields left out stay as they are.</summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(ModelNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Model, Refusal>> UpdateModelAsync(UpdateModelInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(UpdateModel), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time, ct), ct);

    private static async Task<Result<Model>> RunAsync(UpdateModelInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        if (!caller.May(Permission.Write, Place.Of(input.Name)))
            return new NotPermitted();
        if (await db.Models.SingleOrDefaultAsync(m => m.Name == input.Name, ct) is not { } model)
            return new ModelNotFound(input.Name);
        var refusal = Expect.Revision(model, input.ExpectedRevision)
            ?? model.Describe(new ModelDescription(input.Description, input.Owner, input.Card, input.Tags), time.GetUtcNow())
            ?? await db.CommitAsync(new ModelUpdated(model.Name), caller.Actor, ct);
        return refusal is null ? model : refusal;
    }
}
