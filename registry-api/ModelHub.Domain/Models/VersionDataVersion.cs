using ModelHub.Domain.Data;

namespace ModelHub.Domain.Models;

/// <summary>One edge of the lineage: this version was made from that data.</summary>
public sealed class VersionDataVersion
{
    private VersionDataVersion()
    {
    }

    public VersionDataVersion(VersionId version, DataVersionId dataVersion) => (VersionId, DataVersionId) = (version, dataVersion);

    public VersionId VersionId { get; private set; }

    public DataVersionId DataVersionId { get; private set; }

    public Version Version { get; private set; } = null!;

    public DataVersion DataVersion { get; private set; } = null!;
}
