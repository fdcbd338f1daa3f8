namespace ModelHub.Domain.Webhooks;

/// <summary>How the messages of a webhook stand.</summary>
/// <param name="Waiting">Messages that are to be sent. What happens while it is paused becomes messages when it is resumed.</param>
/// <param name="Parked">Messages that were given up.</param>
/// <param name="Delivered">Messages that arrived and are still in the log.</param>
/// <param name="FailingSince">The first try that failed since a message arrived last; null unless the message at the head of the line has failed.</param>
/// <param name="Failure">How the message at the head of the line failed last; null unless it has.</param>
/// <param name="NextTryAt">When the message at the head of the line is tried; null when nothing waits.</param>
/// <param name="LastDeliveredAt">When the newest message in the log that arrived did so; null when there is none.</param>
public sealed record WebhookStanding(
    long Waiting, long Parked, long Delivered, DateTimeOffset? FailingSince, string? Failure, DateTimeOffset? NextTryAt, DateTimeOffset? LastDeliveredAt)
{
    public static readonly WebhookStanding New = new(0, 0, 0, null, null, null, null);
}
