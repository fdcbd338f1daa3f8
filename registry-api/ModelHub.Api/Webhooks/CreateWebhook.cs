using ModelHub.Api.Configuration;
using ModelHub.Database.Events;
using ModelHub.Database.Webhooks;
using ModelHub.Domain.Events;
using ModelHub.Domain.Webhooks;

namespace ModelHub.Api.Webhooks;

/// <param name="Url">Where messages are posted: https to a public address, or to a network that the operator lists.</param>
/// <param name="Types">Event types such as version.promoted, or promotion.*; left out: all events.</param>
internal sealed record CreateWebhookInput(string Name, string Url, IReadOnlyList<string>? Types, string? IdempotencyKey);

/// <param name="Secret">What messages are signed with. It is stored sealed and not shown again.</param>
internal sealed record CreateWebhookPayload(Webhook Webhook, string Secret);

[MutationType]
internal static class CreateWebhook
{
    /// <summary>Registers a receiver of what happens from now on: at least once, in order, signed, tried for a day.</summary>
    [Authorize(nameof(Permission.Administer))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(NameTaken))]
    [Error(typeof(SecretsKeyMissing))]
    [Error(typeof(SecretAlreadyShown))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<CreateWebhookPayload, Refusal>> CreateWebhookAsync(
        CreateWebhookInput input, Caller caller, ModelHubDb db, ApiOptions options, ChangeFeed feed, TimeProvider time, CancellationToken ct)
        => db.OnceShownAsync(caller, nameof(CreateWebhook), input, input.IdempotencyKey, made => made.Webhook.Name, () => RunAsync(input, caller, db, options, feed, time.GetUtcNow(), ct), ct);

    private static async Task<Result<CreateWebhookPayload>> RunAsync(
        CreateWebhookInput input, Caller caller, ModelHubDb db, ApiOptions options, ChangeFeed feed, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Administer, Place.Everywhere))
            return new NotPermitted();
        if (options.NewSecret(now).IsRefused(out var refusal, out var made))
            return refusal;
        if (WebhookUrl.Check(input.Url, options.AllowedNetworks) is { } notAllowed)
            return notAllowed;
        if (Webhook.Create(input.Name, input.Url, input.Types ?? [], made.Sealed, caller.Actor, now).IsRefused(out refusal, out var webhook))
            return refusal;
        if (await db.FindWebhookAsync(input.Name, ct) is not null)
            return new NameTaken(input.Name);
        db.Webhooks.Add(webhook);
        db.WebhookPositions.Add(new WebhookPosition(webhook.Id, await feed.NowAsync(ct)));
        return await db.CommitAsync(new WebhookCreated(webhook.Name, new Uri(webhook.Url).Authority, webhook.Types), caller.Actor, ct) is { } refused
            ? refused
            : new CreateWebhookPayload(webhook, made.Secret.Text);
    }
}
