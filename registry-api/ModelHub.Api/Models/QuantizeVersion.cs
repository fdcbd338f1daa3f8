using ModelHub.Domain.Events;

namespace ModelHub.Api.Models;

internal sealed record QuantizeVersionInput(string Model, int Version, string? IdempotencyKey);

[MutationType]
internal static class QuantizeVersion
{
    /// <summary>
    /// Has a worker make a lighter version: weights of MatMul and Gemm as 8-bit numbers. The operation ends with a new version of the model
    /// whose parent this one is, with its size, run time and difference of answers as metrics; or it fails and tells why there is nothing to gain.
    /// </summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(VersionNotFound))]
    [Error(typeof(NothingToQuantize))]
    [Error(typeof(VersionNotQuantizable))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Operation, Refusal>> QuantizeVersionAsync(QuantizeVersionInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(QuantizeVersion), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<Operation>> RunAsync(QuantizeVersionInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Write, Place.Of(input.Model)))
            return new NotPermitted();
        if (await db.Versions.AsNoTracking().SingleOrDefaultAsync(v => v.Model.Name == input.Model && v.Number == input.Version, ct) is not { } version)
            return new VersionNotFound(input.Model, input.Version);
        if (QuantizedVersion.NotPossible(version) is { } refusal)
            return refusal;
        var operation = Operation.Enqueue(OperationKinds.QuantizeVersion, Subjects.Version(input.Model, input.Version), version.Id.Value, caller.Actor, now);
        db.Operations.Add(operation);
        return await db.CommitAsync(new QuantizationRequested(input.Model, input.Version), caller.Actor, ct) is { } refused ? refused : operation;
    }
}
