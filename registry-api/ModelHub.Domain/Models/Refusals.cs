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

/// <summary>Artifacts of this format are read, never run: there is nothing to accept.</summary>
public sealed record NothingToAccept(string Format)
    : Refusal($"Artifacts of format {Format} run no code of their own.");

/// <summary>Whoever registered an artifact does not also answer for it.</summary>
public sealed record AcceptanceByRegistrant()
    : Refusal("The scan of an artifact is not accepted by whoever registered it.");

public sealed record ScanAlreadyAccepted(string By)
    : Refusal($"The scan was accepted by {By} already.");

/// <summary>Only the weights of ONNX models are quantised.</summary>
public sealed record NothingToQuantize(string Format)
    : Refusal($"Only ONNX models are quantised, not {Format}.");

/// <summary>Only a version that is ready can be made another one from.</summary>
public sealed record VersionNotQuantizable(int Version, VersionState State)
    : Refusal($"Version {Version} is {State}, not Ready.");

/// <summary>Only a version that was validated has a scan.</summary>
public sealed record VersionNotValidated(int Version, VersionState State)
    : Refusal($"Version {Version} is {State}; there is no scan yet.");

/// <summary>Only a version that waits for or is in validation can be validated or fail.</summary>
public sealed record VersionAlreadyValidated(int Version, VersionState State)
    : Refusal($"Version {Version} is {State} already.");
