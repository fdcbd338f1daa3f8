using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Webhooks;

namespace ModelHub.Database;

public sealed partial class ModelHubDb
{
    /// <summary>Removes a webhook with all that hangs on it, in the transaction that the next commit ends.</summary>
    public async Task RemoveWebhookAsync(Webhook webhook, CancellationToken ct)
    {
        await BeginAsync(ct);
        // Its place first: whoever turns events into deliveries holds it, and none may come after they are gone.
        await WebhookPositions.Where(p => p.WebhookId == webhook.Id).ExecuteDeleteAsync(ct);
        await WebhookAttempts.Where(a => WebhookDeliveries.Any(d => d.Id == a.DeliveryId && d.WebhookId == webhook.Id)).ExecuteDeleteAsync(ct);
        await WebhookDeliveries.Where(d => d.WebhookId == webhook.Id).ExecuteDeleteAsync(ct);
        Webhooks.Remove(webhook);
    }
}
