namespace ModelHub.Domain.Artifacts;

/// <summary>Stored bytes that nothing refers to.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="LastWantedAt">When its bytes came, or were last asked after by somebody who might refer to them.</param>
public sealed record UnreferencedArtifact(string Digest, long Size, DateTimeOffset LastWantedAt);

/// <summary>Which of the artifacts nobody refers to have been left for long enough.</summary>
public static class Collection
{
    /// <param name="stored">What nothing refers to, with the time its bytes came.</param>
    /// <param name="wanted">Times by digest.</param>
    public static IReadOnlyList<UnreferencedArtifact> Of(IEnumerable<UnreferencedArtifact> stored, IReadOnlyDictionary<string, DateTimeOffset> wanted, DateTimeOffset before) =>
    [
        .. from one in stored
           let at = wanted.TryGetValue(one.Digest, out var last) && last > one.LastWantedAt ? last : one.LastWantedAt
           where at < before
           select one with { LastWantedAt = at },
    ];
}
