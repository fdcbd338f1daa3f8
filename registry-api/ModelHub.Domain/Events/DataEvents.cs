namespace ModelHub.Domain.Events;

public sealed record DatasetCreated(string Dataset)
    : Event("dataset.created", Subjects.Dataset(Dataset));

public sealed record DatasetUpdated(string Dataset)
    : Event("dataset.updated", Subjects.Dataset(Dataset));

public sealed record DataVersionRegistered(string Dataset, int Version, string Digest)
    : Event("data-version.registered", Subjects.DataVersion(Dataset, Version));

public sealed record DataVersionProfiled(string Dataset, int Version, long Rows)
    : Event("data-version.profiled", Subjects.DataVersion(Dataset, Version));

public sealed record DataVersionFailed(string Dataset, int Version, string Failure)
    : Event("data-version.failed", Subjects.DataVersion(Dataset, Version));

public sealed record DataVersionsCompared(string Dataset, int Version, int With, IReadOnlyList<string> Key)
    : Event("data-version.compared", Subjects.DataVersion(Dataset, Version));

/// <param name="Rules">How many; 0 expects nothing.</param>
public sealed record DatasetExpectationsSet(string Dataset, int Number, int Rules)
    : Event("dataset.expectations-set", Subjects.Dataset(Dataset));

/// <summary>It is ready although rules that only flag are broken.</summary>
/// <param name="Findings">What each of these says; at most 20.</param>
public sealed record DataVersionFlagged(string Dataset, int Version, IReadOnlyList<string> Findings)
    : Event("data-version.flagged", Subjects.DataVersion(Dataset, Version));
