namespace ModelHub.Database.Idempotency;

/// <summary>What a caller was answered under a key.</summary>
internal sealed class IdempotencyKey
{
    public string Caller { get; init; } = "";

    public string Key { get; init; } = "";

    public string RequestDigest { get; init; } = "";

    /// <summary>As written, byte for byte.</summary>
    public string? Response { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
