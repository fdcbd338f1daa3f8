using ModelHub.Api.Configuration;
using ModelHub.Domain.Events;
using ModelHub.Domain.Webhooks;

namespace ModelHub.Api.Webhooks;

/// <param name="Url">Left out: stays as it is.</param>
/// <param name="Types">Left out: stay as they are; an empty list means all events.</param>
internal sealed record UpdateWebhookInput(string Name, string? Url, IReadOnlyList<string>? Types, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class UpdateWebhook
{
    /// <summary>Sends to another address, or other events, from the next message on.</summary>
    [Authorize(nameof(Permission.Administer))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(WebhookNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Webhook, Refusal>> UpdateWebhookAsync(
        UpdateWebhookInput input, Caller caller, ModelHubDb db, ApiOptions options, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(UpdateWebhook), input, input.IdempotencyKey, () => RunAsync(input, caller, db, options, time.GetUtcNow(), ct), ct);

    private static async Task<Result<Webhook>> RunAsync(UpdateWebhookInput input, Caller caller, ModelHubDb db, ApiOptions options, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Administer, Place.Everywhere))
            return new NotPermitted();
        if (await db.FindWebhookAsync(input.Name, ct) is not { } webhook)
            return new WebhookNotFound(input.Name);
        if (Expect.Revision(webhook, input.ExpectedRevision) is { } conflict)
            return conflict;
        if (input.Url is not null && WebhookUrl.Check(input.Url, options.AllowedNetworks) is { } notAllowed)
            return notAllowed;
        if (webhook.Change(input.Url, input.Types, now) is { } refusal)
            return refusal;
        return await db.CommitAsync(new WebhookChanged(webhook.Name, new Uri(webhook.Url).Authority, webhook.Types), caller.Actor, ct) is { } refused ? refused : webhook;
    }
}
