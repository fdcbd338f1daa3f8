namespace ModelHub.Domain.Events;

public sealed record BundleRequested(string Model, int Version)
    : Event("bundle.requested", Subjects.Version(Model, Version));

/// <summary>The version has a sample and can be exported.</summary>
public sealed record BundlePrepared(string Model, int Version, string RequestDigest, string AnswerDigest, string Runtime)
    : Event("bundle.prepared", Subjects.Version(Model, Version));

/// <summary>The bytes of a version left the registry.</summary>
/// <param name="Manifest">Digest of the manifest, and with it of everything in the bundle.</param>
public sealed record BundleExported(string Model, int Version, string Key, string Manifest)
    : Event("bundle.exported", Subjects.Version(Model, Version));

/// <param name="Retired">The key that signed until then; null for the first one.</param>
public sealed record BundleKeyMade(string Key, string? Retired)
    : Event("bundle-key.made", Subjects.BundleKey(Key));
