using ModelHub.Api.Configuration;
using ModelHub.Domain.Bundles;
using ModelHub.Domain.Webhooks;

namespace ModelHub.Api.Bundles;

internal sealed record RotateBundleKeyInput(string? IdempotencyKey = null);

[MutationType]
internal static class RotateBundleKey
{
    /// <summary>Makes the key that signs bundles from now on, the first one too. Those before stay listed, so what they signed still verifies; their private halves are forgotten.</summary>
    [Authorize(nameof(Permission.Administer))]
    [Error(typeof(SecretsKeyMissing))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<BundleKey, Refusal>> RotateBundleKeyAsync(
        RotateBundleKeyInput input, Caller caller, ModelHubDb db, ApiOptions options, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(RotateBundleKey), input, input.IdempotencyKey, () => RunAsync(caller, db, options, time.GetUtcNow(), ct), ct);

    private static async Task<Result<BundleKey>> RunAsync(Caller caller, ModelHubDb db, ApiOptions options, DateTimeOffset now, CancellationToken ct)
        => caller.May(Permission.Administer, Place.Everywhere) ? await db.RotateKeyAsync(options, caller.Actor, now, ct) : new NotPermitted();
}
