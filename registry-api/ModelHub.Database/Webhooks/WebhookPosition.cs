using ModelHub.Database.Events;
using ModelHub.Domain.Webhooks;

namespace ModelHub.Database.Webhooks;

/// <summary>Up to where a webhook's events have become deliveries, and which worker sends them now.</summary>
public sealed class WebhookPosition
{
    private WebhookPosition()
    {
    }

    public WebhookPosition(WebhookId webhook, EventCursor from) => (WebhookId, Xid, Sequence) = (webhook, from.Xid, from.Sequence);

    public WebhookId WebhookId { get; private set; }

    public ulong Xid { get; private set; }

    public long Sequence { get; private set; }

    /// <summary>Who holds it; a worker that is gone loses it when the time is over.</summary>
    public Guid? Lease { get; private set; }

    public DateTimeOffset? LeasedUntil { get; private set; }
}
