using System.Security.Cryptography;
using ModelHub.Api.Configuration;
using ModelHub.Domain.Webhooks;

namespace ModelHub.Api.Webhooks;

internal sealed record MadeSecret(WebhookSecret Secret, SealedSecret Sealed);

/// <summary>Makes a webhook's secret and seals it for the database.</summary>
internal static class Sealing
{
    public static Result<MadeSecret> NewSecret(this ApiOptions options, DateTimeOffset now)
    {
        if (options.SecretBox is not { } box)
            return new SecretsKeyMissing();
        var secret = WebhookSecret.Create(RandomNumberGenerator.GetBytes(WebhookSecret.Bytes));
        return new MadeSecret(secret, box.Seal(secret, RandomNumberGenerator.GetBytes(SecretBox.NonceBytes), now));
    }

    public static Task<Webhook?> FindWebhookAsync(this ModelHubDb db, string name, CancellationToken ct) => db.Webhooks.SingleOrDefaultAsync(w => w.Name == name, ct);
}
