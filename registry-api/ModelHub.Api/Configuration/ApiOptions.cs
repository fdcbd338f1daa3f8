using ModelHub.Domain.Webhooks;

namespace ModelHub.Api.Configuration;

/// <summary>All that can be set on this host, already validated.</summary>
internal sealed record ApiOptions
{
    /// <summary>Npgsql connection string.</summary>
    public required string Database { get; init; }

    /// <summary>Folder of this process; artifacts lie in <c>artifacts</c> below it.</summary>
    public required string Data { get; init; }

    /// <summary>What a new node or router shows once to get its own key.</summary>
    public required string JoinToken { get; init; }

    public required PublicUrls PublicUrls { get; init; }

    public required TimeSpan LoginLinkLifetime { get; init; }

    public required ApiLimits Limits { get; init; }

    /// <summary>Seals webhooks' secrets; null: not given, and no webhook can be made.</summary>
    public SecretBox? SecretBox { get; init; }

    /// <summary>Networks that are not public and that webhooks may lead to.</summary>
    public AllowedNetworks AllowedNetworks { get; init; } = AllowedNetworks.Public;

    public required GraphOptions Graph { get; init; }

    public required StoreOptions Store { get; init; }
}

/// <summary>Addresses as people and programs outside see them, without a slash at the end.</summary>
internal sealed record PublicUrls(string Console, string Router, string Api);

/// <param name="ArtifactBytes">Largest artifact.</param>
/// <param name="OpenUploads">Uploads that are begun and not completed, of all callers.</param>
/// <param name="UploadLifetime">An upload nobody wrote to for so long is removed.</param>
/// <param name="RedeemsPerMinute">Tries to redeem one login link.</param>
internal sealed record ApiLimits(long ArtifactBytes, int OpenUploads, TimeSpan UploadLifetime, int RedeemsPerMinute);
