using ModelHub.Domain.Events;
using ModelHub.Domain.Webhooks;

namespace ModelHub.Api.Webhooks;

internal sealed record ReplayWebhookDeliveryInput([property: ID<WebhookDelivery>] WebhookDeliveryId Id, string? IdempotencyKey);

[MutationType]
internal static class ReplayWebhookDelivery
{
    /// <summary>Sends a message again under its id, delivered or parked, before what waits.</summary>
    [Authorize(nameof(Permission.Administer))]
    [Error(typeof(WebhookDeliveryNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<WebhookDelivery, Refusal>> ReplayWebhookDeliveryAsync(
        ReplayWebhookDeliveryInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(ReplayWebhookDelivery), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<WebhookDelivery>> RunAsync(ReplayWebhookDeliveryInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Administer, Place.Everywhere))
            return new NotPermitted();
        if (await db.WebhookDeliveries.SingleOrDefaultAsync(d => d.Id == input.Id, ct) is not { } delivery)
            return new WebhookDeliveryNotFound();
        var webhook = await db.Webhooks.AsNoTracking().SingleAsync(w => w.Id == delivery.WebhookId, ct);
        delivery.Replay(now);
        return await db.CommitAsync(new WebhookDeliveryReplayed(webhook.Name, delivery.EventSequence), caller.Actor, ct) is { } refused ? refused : delivery;
    }
}
