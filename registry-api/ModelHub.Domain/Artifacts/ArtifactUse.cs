namespace ModelHub.Domain.Artifacts;

/// <summary>When stored bytes were last wanted by somebody who may be about to refer to them.</summary>
public sealed class ArtifactUse
{
    public string Digest { get; init; } = "";

    public DateTimeOffset WantedAt { get; init; }
}
