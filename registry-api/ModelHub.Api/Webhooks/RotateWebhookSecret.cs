using ModelHub.Api.Configuration;
using ModelHub.Domain.Events;
using ModelHub.Domain.Webhooks;

namespace ModelHub.Api.Webhooks;

/// <param name="OverlapHours">For how long the secret before signs beside the new one; 0 to 168.</param>
internal sealed record RotateWebhookSecretInput(string Name, int OverlapHours = 24, long? ExpectedRevision = null, string? IdempotencyKey = null);

/// <param name="Secret">The new secret. It is stored sealed and not shown again.</param>
internal sealed record RotateWebhookSecretPayload(Webhook Webhook, string Secret);

[MutationType]
internal static class RotateWebhookSecret
{
    /// <summary>Makes a new secret. Until the overlap is over messages carry both signatures, so that a receiver can change in its own time.</summary>
    [Authorize(nameof(Permission.Administer))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(WebhookNotFound))]
    [Error(typeof(SecretsKeyMissing))]
    [Error(typeof(SecretAlreadyShown))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<RotateWebhookSecretPayload, Refusal>> RotateWebhookSecretAsync(
        RotateWebhookSecretInput input, Caller caller, ModelHubDb db, ApiOptions options, TimeProvider time, CancellationToken ct)
        => db.OnceShownAsync(caller, nameof(RotateWebhookSecret), input, input.IdempotencyKey, made => made.Webhook.Name, () => RunAsync(input, caller, db, options, time.GetUtcNow(), ct), ct);

    private static async Task<Result<RotateWebhookSecretPayload>> RunAsync(
        RotateWebhookSecretInput input, Caller caller, ModelHubDb db, ApiOptions options, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Administer, Place.Everywhere))
            return new NotPermitted();
        if (await db.FindWebhookAsync(input.Name, ct) is not { } webhook)
            return new WebhookNotFound(input.Name);
        if (Expect.Revision(webhook, input.ExpectedRevision) is { } conflict)
            return conflict;
        if (options.NewSecret(now).IsRefused(out var refusal, out var made))
            return refusal;
        if (webhook.Rotate(made.Sealed, input.OverlapHours, now) is { } refused)
            return refused;
        return await db.CommitAsync(new WebhookSecretRotated(webhook.Name, input.OverlapHours), caller.Actor, ct) is { } lost
            ? lost
            : new RotateWebhookSecretPayload(webhook, made.Secret.Text);
    }
}
