using ModelHub.Domain.Models;

namespace ModelHub.Domain.Events;

public sealed record ModelCreated(string Model)
    : Event("model.created", Subjects.Model(Model));

public sealed record ModelUpdated(string Model)
    : Event("model.updated", Subjects.Model(Model));

public sealed record VersionRegistered(string Model, int Version, string Digest)
    : Event("version.registered", Subjects.Version(Model, Version));

public sealed record VersionUpdated(string Model, int Version)
    : Event("version.updated", Subjects.Version(Model, Version));

public sealed record VersionValidated(string Model, int Version, string Digest)
    : Event("version.validated", Subjects.Version(Model, Version));

public sealed record ScanAccepted(string Model, int Version, string Digest, IReadOnlyList<string> Findings, string Reason)
    : Event("version.scan-accepted", Subjects.Version(Model, Version));

public sealed record QuantizationRequested(string Model, int Version)
    : Event("version.quantization-requested", Subjects.Version(Model, Version));

/// <param name="Version">The variant that was made.</param>
/// <param name="From">The version it was made from.</param>
public sealed record VersionQuantized(string Model, int From, int Version)
    : Event("version.quantized", Subjects.Version(Model, Version));

public sealed record VersionFailed(string Model, int Version, string Failure)
    : Event("version.failed", Subjects.Version(Model, Version));

/// <param name="From">Null: it did not exist.</param>
/// <param name="To">Null: it was removed.</param>
public sealed record AliasMovedTo(string Model, string Alias, int? From, int? To)
    : Event("alias.moved", Subjects.Model(Model));

public sealed record CheckPosted(string Model, int Version, string Check, CheckState State, string? Link)
    : Event("check.posted", Subjects.Version(Model, Version));

/// <param name="Data">What it is measured on, as <c>DATASET@N</c>.</param>
public sealed record ImportanceRequested(string Model, int Version, string Data)
    : Event("version.importance-requested", Subjects.Version(Model, Version));

/// <param name="Column">The one that matters most.</param>
public sealed record ImportanceMeasured(string Model, int Version, string Data, string? Column)
    : Event("version.importance-measured", Subjects.Version(Model, Version));
