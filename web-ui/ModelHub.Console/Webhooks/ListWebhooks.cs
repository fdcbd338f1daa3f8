using ModelHub.Console.Graph;

namespace ModelHub.Console.Webhooks;

internal static class ListWebhooks
{
    public static readonly Operation<NoVariables, ListWebhooksData> Operation = new(
        "ListWebhooks",
        Documents.ListWebhooks,
        GraphJson.Default.GraphRequestNoVariables,
        GraphJson.Default.GraphResponseListWebhooksData);
}

public sealed record ListWebhooksData(IReadOnlyList<WebhookRow> Webhooks);

/// <param name="Types">None: all events.</param>
public sealed record WebhookRow(string Name, string Url, IReadOnlyList<string> Types, string State, string? Reason, WebhookStanding Standing);

/// <param name="FailingSince">Null unless the message at the head of the line has failed.</param>
public sealed record WebhookStanding(
    long Waiting, long Parked, long Delivered, DateTimeOffset? FailingSince, string? Failure, DateTimeOffset? NextTryAt, DateTimeOffset? LastDeliveredAt);
