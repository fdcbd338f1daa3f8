using ModelHub.Domain.Operations;

namespace ModelHub.Domain.Events;

public sealed record PipelineCreated(string Pipeline, string Model)
    : Event("pipeline.created", Subjects.Pipeline(Pipeline));

public sealed record PipelineUpdated(string Pipeline, string Model)
    : Event("pipeline.updated", Subjects.Pipeline(Pipeline));

public sealed record TrainingRequested(Guid Run, string Pipeline, string Dataset, int DataVersion)
    : Event("training.requested", Subjects.TrainingRun(Run));

public sealed record TrainingStarted(Guid Run, string Pipeline, int Attempt)
    : Event("training.started", Subjects.TrainingRun(Run));

public sealed record TrainingSucceeded(Guid Run, string Pipeline, string Model, int Version)
    : Event("training.succeeded", Subjects.TrainingRun(Run));

public sealed record TrainingFailed(Guid Run, string Pipeline, string Failure)
    : Event("training.failed", Subjects.TrainingRun(Run));

public sealed record TrainingCancelled(Guid Run, string Pipeline)
    : Event("training.cancelled", Subjects.TrainingRun(Run));

public sealed record OperationStarted(Guid Operation, string Kind, string About, int Attempt)
    : Event("operation.started", Subjects.Operation(Operation));

public sealed record OperationCancelRequested(Guid Operation, string Kind, string About)
    : Event("operation.cancel-requested", Subjects.Operation(Operation));

public sealed record OperationEndedWith(Guid Operation, string Kind, string About, OperationState State, string? Failure)
    : Event("operation.ended", Subjects.Operation(Operation));
