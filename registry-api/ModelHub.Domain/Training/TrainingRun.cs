using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Data;
using ModelHub.Domain.Models;
using ModelHub.Domain.Operations;

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
        if ((Parameter.Check(parameters) ?? Texts.NotAJsonObject("parameters", definition)) is { } refusal)
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

    public Refusal? Start(DateTimeOffset now)
    {
        if (State.HasEnded())
            return new TrainingRunEnded(State);

        (State, StartedAt) = (OperationState.Running, StartedAt ?? now);
        return null;
    }

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
