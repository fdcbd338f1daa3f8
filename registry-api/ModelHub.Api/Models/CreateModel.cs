using ModelHub.Domain.Events;

namespace ModelHub.Api.Models;

internal sealed record CreateModelInput(string Name, string? Description, string? Owner, IReadOnlyList<Tag>? Tags, string? Card, string? IdempotencyKey);

[MutationType]
internal static class CreateModel
{
    /// <summary>Registers a model under a full name such as risk.credit-scoring.</summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(NameTaken))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Model, Refusal>> CreateModelAsync(CreateModelInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(CreateModel), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time, ct), ct);

    private static async Task<Result<Model>> RunAsync(CreateModelInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        var description = new ModelDescription(input.Description, input.Owner, input.Card, input.Tags);
        if (Model.Create(input.Name, description, caller.Actor, time.GetUtcNow()).IsRefused(out var refusal, out var model))
            return refusal;
        if (!caller.May(Permission.Write, Place.Of(model.Name)))
            return new NotPermitted();
        if (await db.Models.AnyAsync(m => m.Name == model.Name, ct))
            return new NameTaken(model.Name);

        db.Models.Add(model);
        return await db.CommitAsync(new ModelCreated(model.Name), caller.Actor, ct) is { } taken ? taken : model;
    }
}
