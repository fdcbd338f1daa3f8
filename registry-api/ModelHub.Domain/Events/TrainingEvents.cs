using ModelHub.Domain.Operations;
using ModelHub.Domain.Training;

namespace ModelHub.Domain.Events;

public sealed record PipelineCreated(string Pipeline, string Model)
    : Event("pipeline.created", Subjects.Pipeline(Pipeline));

public sealed record PipelineUpdated(string Pipeline, string Model)
    : Event("pipeline.updated", Subjects.Pipeline(Pipeline));

/// <param name="Triggers">Null: nothing starts it by itself any more.</param>
public sealed record PipelineTriggersSet(string Pipeline, string Model, RetrainingPolicy? Triggers)
    : Event("pipeline.triggers-set", Subjects.Pipeline(Pipeline));

public sealed record PipelineBreakerReset(string Pipeline, string Model, string Reason)
    : Event("pipeline.breaker-reset", Subjects.Pipeline(Pipeline));

/// <summary>Somebody wants a run on what the triggers say; the event is the wish, and the next run that is asked for answers it.</summary>
public sealed record TrainingWanted(string Pipeline, string Model)
    : Event(TypeName, Subjects.Pipeline(Pipeline))
{
    public const string TypeName = "training.wanted";
}

/// <param name="Causes">One run answers them all.</param>
public sealed record TrainingTriggered(Guid Run, string Pipeline, string Model, IReadOnlyList<Cause> Causes)
    : Event("training.triggered", Subjects.TrainingRun(Run));

/// <summary>A run was wanted and held back. Told once for a cause and a guard until a run was made; how often, the pipeline's skips tell.</summary>
public sealed record TrainingSkipped(string Pipeline, string Model, CauseKind Kind, string About, Guard Guard, string Reason, DateTimeOffset? Until)
    : Event("training.skipped", Subjects.Pipeline(Pipeline));

/// <summary>Somebody started a run that a guard held back.</summary>
public sealed record TrainingGuardOverridden(Guid Run, string Pipeline, string Model, Guard Guard, string Held, string Reason)
    : Event("training.guard-overridden", Subjects.TrainingRun(Run));

/// <summary>The version of a run was measured against the champion.</summary>
public sealed record ChallengerEvaluated(Guid Run, string Pipeline, string Model, int Version, Evaluation Evaluation)
    : Event("training.evaluated", Subjects.TrainingRun(Run));

/// <summary>A challenger is better and nobody asks for its promotion.</summary>
public sealed record ChallengerNotPromoted(Guid Run, string Pipeline, string Model, int Version, string Reason)
    : Event("training.not-promoted", Subjects.TrainingRun(Run));

/// <summary>Somebody wants labelled predictions as data.</summary>
public sealed record LedgerFreezeRequested(string Pipeline, string Model, string Environment, TimeSpan Window)
    : Event("pipeline.ledger-freeze-requested", Subjects.Pipeline(Pipeline));

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
