using ModelHub.Domain.Events;
using ModelHub.Domain.Webhooks;

namespace ModelHub.Api.Webhooks;

internal sealed record PauseWebhookInput(string Name, string? Reason, string? IdempotencyKey);

[MutationType]
internal static class PauseWebhook
{
    /// <summary>Sends nothing until it is resumed; what happens meanwhile waits.</summary>
    [Authorize(nameof(Permission.Administer))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(WebhookNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Webhook, Refusal>> PauseWebhookAsync(PauseWebhookInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(PauseWebhook), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<Webhook>> RunAsync(PauseWebhookInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Administer, Place.Everywhere))
            return new NotPermitted();
        if (await db.FindWebhookAsync(input.Name, ct) is not { } webhook)
            return new WebhookNotFound(input.Name);
        if (webhook.Pause(input.Reason, now) is { } refusal)
            return refusal;
        return await db.CommitAsync(new WebhookPaused(webhook.Name, input.Reason), caller.Actor, ct) is { } refused ? refused : webhook;
    }
}
