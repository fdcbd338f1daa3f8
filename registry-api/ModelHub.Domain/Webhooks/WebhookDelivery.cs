using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Webhooks;

public readonly record struct WebhookDeliveryId(Guid Value) : IId<WebhookDeliveryId>
{
    public static WebhookDeliveryId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static WebhookDeliveryId From(Guid value) => new(value);
}

public sealed record WebhookDeliveryNotFound()
    : Refusal("There is no such delivery.");

public enum DeliveryState
{
    Pending,
    Delivered,

    /// <summary>Given up after a day of tries; what comes behind it is sent. It can be sent again by hand.</summary>
    Parked,
}

/// <summary>One event on its way to one webhook. Written with the webhook's place in the log, so none is forgotten and none is made twice.</summary>
public sealed class WebhookDelivery : IRevisioned
{
    private WebhookDelivery()
    {
    }

    public WebhookDeliveryId Id { get; private set; }

    public WebhookId WebhookId { get; private set; }

    /// <summary>Part of the place in the order of the log.</summary>
    public ulong EventXid { get; private set; }

    public long EventSequence { get; private set; }

    /// <summary>The message's id, the same at every try: by it a receiver knows what it has.</summary>
    public Guid EventId { get; private set; }

    public string Type { get; private set; } = "";

    public DeliveryState State { get; private set; }

    /// <summary>Tries since it was made or asked for again.</summary>
    public int Attempts { get; private set; }

    public DateTimeOffset NextAttemptAt { get; private set; }

    /// <summary>What the receiver answered last; null when it did not answer.</summary>
    public int? Status { get; private set; }

    public string? Failure { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? DeliveredAt { get; private set; }

    public long Revision { get; private set; }

    /// <summary>Sends it once more from the first try on, before what waits.</summary>
    public void Replay(DateTimeOffset now) => (State, Attempts, NextAttemptAt, DeliveredAt) = (DeliveryState.Pending, 0, now, null);
}

/// <summary>One try, for the log.</summary>
public sealed class WebhookAttempt
{
    /// <summary>Longest piece of an answer that is kept, in characters.</summary>
    public const int MostAnswer = 1_000;

    private WebhookAttempt()
    {
    }

    public WebhookDeliveryId DeliveryId { get; private set; }

    public DateTimeOffset At { get; private set; }

    public double DurationMs { get; private set; }

    public int? Status { get; private set; }

    public string? Failure { get; private set; }

    /// <summary>The beginning of what the receiver answered.</summary>
    public string? Answer { get; private set; }
}
