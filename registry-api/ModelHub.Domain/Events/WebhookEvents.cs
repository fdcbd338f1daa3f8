namespace ModelHub.Domain.Events;

/// <param name="Host">Only the host of its address: the rest may hold what should not lie in the log for ever.</param>
public sealed record WebhookCreated(string Webhook, string Host, IReadOnlyList<string> Types)
    : Event("webhook.created", Subjects.Webhook(Webhook));

public sealed record WebhookChanged(string Webhook, string Host, IReadOnlyList<string> Types)
    : Event("webhook.changed", Subjects.Webhook(Webhook));

public sealed record WebhookSecretRotated(string Webhook, int OverlapHours)
    : Event("webhook.secret-rotated", Subjects.Webhook(Webhook));

public sealed record WebhookPaused(string Webhook, string? Reason)
    : Event("webhook.paused", Subjects.Webhook(Webhook));

public sealed record WebhookResumed(string Webhook)
    : Event("webhook.resumed", Subjects.Webhook(Webhook));

public sealed record WebhookRemoved(string Webhook)
    : Event("webhook.removed", Subjects.Webhook(Webhook));

/// <summary>Sent to the webhook itself, whatever it wants otherwise: to see whether it listens.</summary>
public sealed record WebhookPinged(string Webhook)
    : Event(TypeName, Subjects.Webhook(Webhook))
{
    public const string TypeName = "webhook.pinged";
}

/// <summary>Never sent to the webhook it is about, or a receiver that is gone would cause messages to itself without end.</summary>
/// <param name="Sequence">Of the event that was not delivered.</param>
public sealed record WebhookDeliveryParked(string Webhook, long Sequence, string? Failure)
    : Event(TypeName, Subjects.Webhook(Webhook))
{
    public const string TypeName = "webhook.delivery-parked";
}

public sealed record WebhookDeliveryReplayed(string Webhook, long Sequence)
    : Event("webhook.delivery-replayed", Subjects.Webhook(Webhook));
