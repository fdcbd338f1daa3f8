using ModelHub.Database.Events;
using ModelHub.Database.Webhooks;
using ModelHub.Domain.Webhooks;

namespace ModelHub.Api.Webhooks;

internal sealed class WebhookById(IDbContextFactory<ModelHubDb> factory) : ById<WebhookId, Webhook>(factory, webhook => webhook.Id);

internal sealed class WebhookDeliveryById(IDbContextFactory<ModelHubDb> factory) : ById<WebhookDeliveryId, WebhookDelivery>(factory, delivery => delivery.Id);

internal sealed class EventBySequence(IDbContextFactory<ModelHubDb> factory) : ById<long, EventRow>(factory, row => row.Sequence);

internal sealed class AttemptsOfDelivery(IDbContextFactory<ModelHubDb> factory) : ManyBy<WebhookDeliveryId, WebhookAttempt>(factory, attempt => attempt.DeliveryId)
{
    protected override IQueryable<WebhookAttempt> From(IQueryable<WebhookAttempt> rows) => rows.OrderBy(attempt => attempt.At);
}

internal sealed class StandingOfWebhook(IDbContextFactory<ModelHubDb> factory) : BatchDataLoader<WebhookId, WebhookStanding>
{
    protected override async Task<IReadOnlyDictionary<WebhookId, WebhookStanding>> LoadBatchAsync(IReadOnlyList<WebhookId> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await ReadStandings.RunAsync(db, keys, ct);
    }
}

[ObjectType<WebhookStanding>]
[Authorize(nameof(Permission.Administer))]
internal static class WebhookStandingFields;

/// <summary>A secret's life, never the secret.</summary>
internal sealed record WebhookSecretAge(DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);

[ObjectType<WebhookSecretAge>]
[Authorize(nameof(Permission.Administer))]
internal static class WebhookSecretAgeFields;

/// <summary>A receiver of events. Messages are signed by the convention of Standard Webhooks.</summary>
[ObjectType<Webhook>(Only = [
    nameof(Webhook.Id), nameof(Webhook.Name), nameof(Webhook.Url), nameof(Webhook.Types), nameof(Webhook.State), nameof(Webhook.Reason),
    nameof(Webhook.CreatedBy), nameof(Webhook.CreatedAt), nameof(Webhook.UpdatedAt), nameof(Webhook.Revision)])]
[Authorize(nameof(Permission.Administer))]
internal static class WebhookFields
{
    [NodeResolver]
    public static Task<Webhook?> GetAsync(WebhookId id, Caller caller, WebhookById webhooks, CancellationToken ct)
    {
        caller.DemandAdministrator();
        return webhooks.LoadAsync(id, ct);
    }

    /// <summary>The secret in force first, then those that sign beside it.</summary>
    public static IReadOnlyList<WebhookSecretAge> GetSecrets([Parent] Webhook webhook)
        => [.. webhook.Secrets.Select(secret => new WebhookSecretAge(secret.CreatedAt, secret.ExpiresAt))];

    /// <summary>What waits, what was given up, and whether its receiver answers.</summary>
    [Cost(5)]
    public static async Task<WebhookStanding> GetStandingAsync([Parent] Webhook webhook, StandingOfWebhook standings, CancellationToken ct)
        => await standings.LoadAsync(webhook.Id, ct) ?? WebhookStanding.New;
}

/// <summary>One event on its way to one webhook.</summary>
[ObjectType<WebhookDelivery>(Only = [
    nameof(WebhookDelivery.Id), nameof(WebhookDelivery.EventSequence), nameof(WebhookDelivery.Type), nameof(WebhookDelivery.State), nameof(WebhookDelivery.Attempts),
    nameof(WebhookDelivery.NextAttemptAt), nameof(WebhookDelivery.Status), nameof(WebhookDelivery.Failure), nameof(WebhookDelivery.CreatedAt), nameof(WebhookDelivery.DeliveredAt)])]
[Authorize(nameof(Permission.Administer))]
internal static class WebhookDeliveryFields
{
    [NodeResolver]
    public static Task<WebhookDelivery?> GetAsync(WebhookDeliveryId id, Caller caller, WebhookDeliveryById deliveries, CancellationToken ct)
    {
        caller.DemandAdministrator();
        return deliveries.LoadAsync(id, ct);
    }

    public static async Task<Webhook> GetWebhookAsync([Parent] WebhookDelivery delivery, WebhookById webhooks, CancellationToken ct)
        => (await webhooks.LoadAsync(delivery.WebhookId, ct))!;

    public static async Task<EventRow> GetEventAsync([Parent] WebhookDelivery delivery, EventBySequence events, CancellationToken ct)
        => (await events.LoadAsync(delivery.EventSequence, ct))!;

    /// <summary>Every try there was, the first one first.</summary>
    [ListSize(AssumedSize = 10)]
    public static Task<IReadOnlyList<WebhookAttempt>> GetTriesAsync([Parent] WebhookDelivery delivery, AttemptsOfDelivery attempts, CancellationToken ct)
        => attempts.LoadAsync(delivery.Id, ct);
}

[ObjectType<WebhookAttempt>(Only = [
    nameof(WebhookAttempt.At), nameof(WebhookAttempt.DurationMs), nameof(WebhookAttempt.Status), nameof(WebhookAttempt.Failure), nameof(WebhookAttempt.Answer)])]
[Authorize(nameof(Permission.Administer))]
internal static class WebhookAttemptFields;
