using ModelHub.Domain.Events;

namespace ModelHub.Api.Data;

internal sealed record CreateDatasetInput(string Name, string? Description, IReadOnlyList<Tag>? Tags, string? IdempotencyKey);

[MutationType]
internal static class CreateDataset
{
    /// <summary>Names a new dataset.</summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(NameTaken))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Dataset, Refusal>> CreateDatasetAsync(CreateDatasetInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(CreateDataset), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time, ct), ct);

    private static async Task<Result<Dataset>> RunAsync(CreateDatasetInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        if (Dataset.Create(input.Name, input.Description, input.Tags ?? [], caller.Actor, time.GetUtcNow()).IsRefused(out var refusal, out var dataset))
            return refusal;
        if (!caller.May(Permission.Write, Place.Of(dataset.Name)))
            return new NotPermitted();
        if (await db.Datasets.AnyAsync(d => d.Name == dataset.Name, ct))
            return new NameTaken(dataset.Name);

        db.Datasets.Add(dataset);
        return await db.CommitAsync(new DatasetCreated(dataset.Name), caller.Actor, ct) is { } taken ? taken : dataset;
    }
}
