using ModelHub.Domain.Webhooks;

namespace ModelHub.Api.Webhooks;

[QueryType]
[Authorize(nameof(Permission.Administer))]
internal static class WebhookQueries
{
    private const int MaxListed = 1000;

    /// <summary>The webhooks, by name; at most 1000.</summary>
    [ListSize(AssumedSize = 20)]
    public static async Task<IReadOnlyList<Webhook>> GetWebhooksAsync(Caller caller, ModelHubDb db, CancellationToken ct)
    {
        caller.DemandAdministrator();
        return await db.Webhooks.AsNoTracking().OrderBy(webhook => webhook.Name).Take(MaxListed).ToListAsync(ct);
    }

    public static async Task<Webhook?> GetWebhookAsync(string name, Caller caller, ModelHubDb db, CancellationToken ct)
    {
        caller.DemandAdministrator();
        return await db.Webhooks.AsNoTracking().SingleOrDefaultAsync(webhook => webhook.Name == name, ct);
    }

    /// <summary>What was sent or waits, newest first.</summary>
    /// <param name="webhook">Only to this one; left out: to all.</param>
    [UsePaging]
    [UseFiltering(nameof(WebhookDelivery.State), nameof(WebhookDelivery.Type), nameof(WebhookDelivery.EventSequence), nameof(WebhookDelivery.CreatedAt))]
    [UseSorting(nameof(WebhookDelivery.EventSequence))]
    public static IQueryable<WebhookDelivery> GetWebhookDeliveries(string? webhook, Caller caller, ModelHubDb db)
    {
        caller.DemandAdministrator();
        return db.WebhookDeliveries.AsNoTracking().Where(delivery => webhook == null || db.Webhooks.Any(w => w.Id == delivery.WebhookId && w.Name == webhook))
            .OrderByDescending(delivery => delivery.EventSequence).ThenByDescending(delivery => delivery.Id);
    }
}
