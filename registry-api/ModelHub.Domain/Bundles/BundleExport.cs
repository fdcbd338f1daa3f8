using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Models;

namespace ModelHub.Domain.Bundles;

public readonly record struct BundleExportId(Guid Value) : IId<BundleExportId>
{
    public static BundleExportId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static BundleExportId From(Guid value) => new(value);
}

/// <summary>That the bundle of a version was taken out once: what lies where no registry is can be found again by it.</summary>
public sealed class BundleExport
{
    private BundleExport()
    {
    }

    public BundleExportId Id { get; private set; }

    public VersionId VersionId { get; private set; }

    public Models.Version Version { get; private set; } = null!;

    /// <summary>The name of the key that signed it.</summary>
    public string Key { get; private set; } = "";

    /// <summary>The SHA-256 of the manifest, and with it of everything in the bundle; two exports of one version by one key have the same.</summary>
    public string Manifest { get; private set; } = "";

    /// <summary>Bytes of the whole file; 0 for one that was taken out before that was kept.</summary>
    public long Size { get; private set; }

    /// <summary>Who took it out.</summary>
    public string ExportedBy { get; private set; } = "";

    /// <summary>When it was taken out.</summary>
    public DateTimeOffset ExportedAt { get; private set; }

    /// <param name="key">The name of the key.</param>
    public static BundleExport Of(VersionId version, string key, Digest manifest, long size, Actor by, DateTimeOffset now) => new()
    {
        Id = BundleExportId.New(now),
        VersionId = version,
        Key = key,
        Manifest = manifest.Value,
        Size = size,
        ExportedBy = by.Value,
        ExportedAt = now,
    };
}
