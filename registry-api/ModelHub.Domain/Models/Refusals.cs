using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Models;

public sealed record ModelNotFound(string Model)
    : Refusal($"There is no model {Model}.");

public sealed record VersionNotFound(string Model, int Version)
    : Refusal($"There is no version {Model}@{Version}.");

public sealed record ArtifactNotFound(string Digest)
    : Refusal($"There is no artifact {Digest} in the store.");

public sealed record AliasNotFound(string Model, string Alias)
    : Refusal($"{Model} has no alias {Alias}.");

/// <summary>The alias is not where the caller believed it to be; null means it does not exist.</summary>
public sealed record AliasMoved(string Alias, int? Expected, int? Actual)
    : Refusal($"The alias {Alias} names version {Actual?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}, not {Expected?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}.");

/// <summary>Only a version that waits for or is in validation can be validated or fail.</summary>
public sealed record VersionAlreadyValidated(int Version, VersionState State)
    : Refusal($"Version {Version} is {State} already.");
