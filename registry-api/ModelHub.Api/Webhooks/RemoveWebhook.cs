using ModelHub.Domain.Events;
using ModelHub.Domain.Webhooks;

namespace ModelHub.Api.Webhooks;

internal sealed record RemoveWebhookInput(string Name, string? IdempotencyKey);

[MutationType]
internal static class RemoveWebhook
{
    /// <summary>Ends it, with all that waits and its delivery log.</summary>
    [Authorize(nameof(Permission.Administer))]
    [Error(typeof(WebhookNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Webhook, Refusal>> RemoveWebhookAsync(RemoveWebhookInput input, Caller caller, ModelHubDb db, CancellationToken ct)
        => db.OnceAsync(caller, nameof(RemoveWebhook), input, input.IdempotencyKey, () => RunAsync(input, caller, db, ct), ct);

    private static async Task<Result<Webhook>> RunAsync(RemoveWebhookInput input, Caller caller, ModelHubDb db, CancellationToken ct)
    {
        if (!caller.May(Permission.Administer, Place.Everywhere))
            return new NotPermitted();
        if (await db.FindWebhookAsync(input.Name, ct) is not { } webhook)
            return new WebhookNotFound(input.Name);
        await db.RemoveWebhookAsync(webhook, ct);
        return await db.CommitAsync(new WebhookRemoved(webhook.Name), caller.Actor, ct) is { } refused ? refused : webhook;
    }
}
