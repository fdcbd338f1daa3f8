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
