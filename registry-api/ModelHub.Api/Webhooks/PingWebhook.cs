using ModelHub.Domain.Events;
using ModelHub.Domain.Webhooks;

namespace ModelHub.Api.Webhooks;

internal sealed record PingWebhookInput(string Name, string? IdempotencyKey);

[MutationType]
internal static class PingWebhook
{
    /// <summary>Sends it an event of the type webhook.pinged, whatever it wants otherwise.</summary>
    [Authorize(nameof(Permission.Administer))]
    [Error(typeof(WebhookNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Webhook, Refusal>> PingWebhookAsync(PingWebhookInput input, Caller caller, ModelHubDb db, CancellationToken ct)
        => db.OnceAsync(caller, nameof(PingWebhook), input, input.IdempotencyKey, () => RunAsync(input, caller, db, ct), ct);

    private static async Task<Result<Webhook>> RunAsync(PingWebhookInput input, Caller caller, ModelHubDb db, CancellationToken ct)
    {
        if (!caller.May(Permission.Administer, Place.Everywhere))
            return new NotPermitted();
        if (await db.FindWebhookAsync(input.Name, ct) is not { } webhook)
            return new WebhookNotFound(input.Name);
        return await db.CommitAsync(new WebhookPinged(webhook.Name), caller.Actor, ct) is { } refused ? refused : webhook;
    }
}
