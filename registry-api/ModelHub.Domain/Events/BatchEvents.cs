namespace ModelHub.Domain.Events;

/// <param name="Input">The data version it reads, as <c>DATASET@N</c>, or the name of an uploaded file.</param>
/// <param name="Dataset">The dataset that gets the output.</param>
public sealed record BatchRequested(Guid Run, string Model, int Version, string Input, string Dataset)
    : Event("batch.requested", Subjects.BatchRun(Run));

public sealed record BatchStarted(Guid Run, string Model, int Version, int Attempt)
    : Event("batch.started", Subjects.BatchRun(Run));

public sealed record BatchSucceeded(Guid Run, string Model, int Version, string Dataset, int DataVersion, long Rows, long Failed)
    : Event("batch.succeeded", Subjects.BatchRun(Run));

public sealed record BatchFailed(Guid Run, string Model, int Version, string Failure)
    : Event("batch.failed", Subjects.BatchRun(Run));

public sealed record BatchCancelled(Guid Run, string Model, int Version)
    : Event("batch.cancelled", Subjects.BatchRun(Run));
