using ModelHub.Console.Graph;

namespace ModelHub.Console.Webhooks;

internal static class ReadWebhook
{
    public static readonly Operation<ReadWebhookVariables, ReadWebhookData> Operation = new(
        "ReadWebhook",
        Documents.ReadWebhook,
        GraphJson.Default.GraphRequestReadWebhookVariables,
        GraphJson.Default.GraphResponseReadWebhookData);
}

internal sealed record ReadWebhookVariables(string Name);

public sealed record ReadWebhookData(WebhookDetail? Webhook);

/// <param name="Secrets">The one in force first.</param>
public sealed record WebhookDetail(
    string Name, string Url, IReadOnlyList<string> Types, string State, string? Reason, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, long Revision,
    IReadOnlyList<SecretAge> Secrets, WebhookStanding Standing)
{
    public string Host => new Uri(Url).Authority;
}

public sealed record SecretAge(DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);
