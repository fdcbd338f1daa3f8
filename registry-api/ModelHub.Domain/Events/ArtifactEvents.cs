namespace ModelHub.Domain.Events;

/// <summary>Artifacts that nothing referred to are gone.</summary>
/// <param name="Bytes">All together.</param>
/// <param name="UnwantedSince">None of them was wanted after this.</param>
public sealed record ArtifactsRemoved(int Count, long Bytes, DateTimeOffset UnwantedSince, IReadOnlyList<string> Digests)
    : Event("artifacts.removed", Subjects.Artifacts);
