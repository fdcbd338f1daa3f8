using System.Security.Cryptography;
using ModelHub.Api.Configuration;
using ModelHub.Domain.Bundles;
using ModelHub.Domain.Events;
using ModelHub.Domain.Webhooks;

namespace ModelHub.Api.Bundles;

/// <summary>The keys of this installation; the first one is made when it is first needed.</summary>
internal static class BundleSigning
{
    /// <summary>The key that signs.</summary>
    public static async Task<Result<BundleKey>> SigningKeyAsync(this ModelHubDb db, ApiOptions options, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.NewestKeyAsync(ct) is { } key)
            return key;
        if ((await db.AddKeyAsync(null, options, Actor.System("api"), now, ct)).IsRefused(out var refusal, out var made))
            return refusal is RevisionConflict && await db.NewestKeyAsync(ct) is { } others ? others : refusal;
        return made;
    }

    /// <summary>A new key takes the place of the one that signs, if there is one.</summary>
    public static async Task<Result<BundleKey>> RotateKeyAsync(this ModelHubDb db, ApiOptions options, Actor by, DateTimeOffset now, CancellationToken ct)
        => await db.AddKeyAsync(await db.NewestKeyAsync(ct), options, by, now, ct);

    public static Result<byte[]> Sign(this ApiOptions options, BundleKey key, byte[] manifest)
    {
        if (options.SecretBox is not { } box)
            return new SecretsKeyMissing();
        return key.Sign(manifest, box) is { } signature ? signature : new BundleKeySealed(key.Name);
    }

    private static Task<BundleKey?> NewestKeyAsync(this ModelHubDb db, CancellationToken ct)
        => db.BundleKeys.OrderByDescending(key => key.Number).FirstOrDefaultAsync(ct);

    /// <summary>Of two who make the same number at once one wins, and the other is told so.</summary>
    private static async Task<Result<BundleKey>> AddKeyAsync(this ModelHubDb db, BundleKey? before, ApiOptions options, Actor by, DateTimeOffset now, CancellationToken ct)
    {
        if (options.SecretBox is not { } box)
            return new SecretsKeyMissing();
        using var pair = RSA.Create(BundleKey.Bits);
        var made = BundleKey.Of((before?.Number ?? 0) + 1, pair, box, RandomNumberGenerator.GetBytes(SecretBox.NonceBytes), by, now);
        before?.Retire(now);
        db.BundleKeys.Add(made);
        return await db.CommitAsync(new BundleKeyMade(made.Name, before?.Name), by, ct) is { } refused ? refused : made;
    }
}
