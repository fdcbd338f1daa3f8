using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Data;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Models;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Training.Search;

namespace ModelHub.Domain.Training;

public readonly record struct TrainingRunId(Guid Value) : IId<TrainingRunId>
{
    public static TrainingRunId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static TrainingRunId From(Guid value) => new(value);
}

public sealed record TrainingRunNotFound()
    : Refusal("There is no such training run.");

public sealed record TrainingRunEnded(OperationState State)
    : Refusal($"The training run is {State} already.");

/// <summary>A guard that somebody overrode.</summary>
/// <param name="Guard">Which one.</param>
/// <param name="Reason">In the words of who overrode it.</param>
public sealed record GuardOverride(Guard Guard, string Reason);

/// <summary>One run of a pipeline over one data version. It shares its states with the operation that executes it.</summary>
public sealed class TrainingRun : IRevisioned
{
    private TrainingRun()
    {
    }

    public TrainingRunId Id { get; private set; }

    public PipelineId PipelineId { get; private set; }

    public Pipeline Pipeline { get; private set; } = null!;

    public OperationId OperationId { get; private set; }

    public Operation Operation { get; private set; } = null!;

    public OperationState State { get; private set; }

    /// <summary>0 to 1.</summary>
    public double Progress { get; private set; }

    public DataVersionId DataVersionId { get; private set; }

    public DataVersion DataVersion { get; private set; } = null!;

    /// <summary>The version it made.</summary>
    public VersionId? VersionId { get; private set; }

    public Models.Version? Version { get; private set; }

    /// <summary>The version it starts warm from.</summary>
    public VersionId? ParentVersionId { get; private set; }

    public Models.Version? ParentVersion { get; private set; }

    /// <summary>The pipeline's definition as it was, with the parameters of this run laid over it: a JSON object.</summary>
    public string Definition { get; private set; } = "{}";

    public IReadOnlyList<Parameter> Parameters { get; private set; } = [];

    public IReadOnlyList<Metric> Metrics { get; private set; } = [];

    /// <summary>Why it was made.</summary>
    public IReadOnlyList<Cause> Causes { get; private set; } = [];

    /// <summary>The guard that held it back and was overridden, and why; null: none did.</summary>
    public GuardOverride? Override { get; private set; }

    /// <summary>How its version stands against the champion; null when that was not asked for.</summary>
    public Evaluation? Evaluation { get; private set; }

    /// <summary>When its search has to be over; null when it searches nothing, or has not begun.</summary>
    public DateTimeOffset? SearchUntil { get; private set; }

    /// <summary>The number of the trial whose settings its version has; null when it searched nothing, or has not ended.</summary>
    public int? BestTrial { get; private set; }

    /// <summary>A promotion of its version is to be asked for, once the version is ready.</summary>
    public bool PromotionWanted { get; private set; }

    /// <summary>The promotion that was asked for.</summary>
    public PromotionId? PromotionId { get; private set; }

    /// <summary>Why no promotion was asked for, or not yet.</summary>
    public string? PromotionNote { get; private set; }

    public string RequestedBy { get; private set; } = "";

    public DateTimeOffset RequestedAt { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public string? Failure { get; private set; }

    public long Revision { get; private set; }

    /// <param name="id">Chosen before, because the operation names it as its subject.</param>
    public static Result<TrainingRun> Request(
        TrainingRunId id, Pipeline pipeline, OperationId operation, DataVersionId data, VersionId? parent,
        IReadOnlyList<Parameter> parameters, string definition, Actor actor, DateTimeOffset now)
    {
        if ((Parameter.Check(parameters) ?? Texts.NotAJsonObject("parameters", definition) ?? SearchDocument.Check(definition)) is { } refusal)
            return refusal;

        return new TrainingRun
        {
            Id = id,
            PipelineId = pipeline.Id,
            OperationId = operation,
            DataVersionId = data,
            ParentVersionId = parent,
            Parameters = parameters,
            Definition = definition,
            RequestedBy = actor.Value,
            RequestedAt = now,
        };
    }

    public void ExplainBy(IReadOnlyList<Cause> causes, GuardOverride? guard) => (Causes, Override) = (causes, guard);

    /// <param name="promote">Ask for a promotion when it is better.</param>
    public void Judge(Evaluation evaluation, bool promote)
    {
        Evaluation = evaluation;
        if (promote)
            (PromotionWanted, PromotionNote) = evaluation.Verdict == Verdict.Pass ? (true, null) : (false, evaluation.Reason);
    }

    public void Promoted(PromotionId promotion) => (PromotionWanted, PromotionId, PromotionNote) = (false, promotion, null);

    /// <param name="forGood">It will not be asked for any more.</param>
    /// <returns>Whether that is new.</returns>
    public bool NotPromoted(string why, bool forGood)
    {
        if (PromotionNote == why && !forGood)
            return false;
        (PromotionNote, PromotionWanted) = (why, !forGood);
        return true;
    }

    public Refusal? Start(DateTimeOffset now)
    {
        if (State.HasEnded())
            return new TrainingRunEnded(State);

        (State, StartedAt) = (OperationState.Running, StartedAt ?? now);
        return null;
    }

    public void Search(DateTimeOffset until) => SearchUntil ??= until;

    public void Choose(int trial) => BestTrial = trial;

    public void Advance(double progress) => Progress = Math.Clamp(progress, Progress, 1);

    public Refusal? Succeed(VersionId version, IReadOnlyList<Metric> metrics, IReadOnlyList<Parameter> parameters, DateTimeOffset now)
    {
        if (State.HasEnded())
            return new TrainingRunEnded(State);

        (VersionId, Metrics, Parameters, Progress) = (version, metrics, parameters, 1);
        return End(OperationState.Succeeded, null, now);
    }

    public Refusal? Fail(string failure, DateTimeOffset now) => End(OperationState.Failed, failure, now);

    public Refusal? Cancel(DateTimeOffset now) => End(OperationState.Cancelled, null, now);

    private TrainingRunEnded? End(OperationState state, string? failure, DateTimeOffset now)
    {
        if (State.HasEnded())
            return new TrainingRunEnded(State);

        (State, Failure, EndedAt) = (state, failure, now);
        return null;
    }
}
