using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Data;
using ModelHub.Domain.Models;
using ModelHub.Domain.Training.Search;

namespace ModelHub.Domain.Training;

public readonly record struct PipelineId(Guid Value) : IId<PipelineId>
{
    public static PipelineId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static PipelineId From(Guid value) => new(value);
}

public enum Trainer
{
    BuiltIn,
    Process,
}

public sealed record PipelineNotFound(string Pipeline)
    : Refusal($"There is no pipeline {Pipeline}.");

/// <param name="Until">When the guard lets go by itself; null when that cannot be told.</param>
public sealed record TrainingHeldBack(Guard Guard, string Reason, DateTimeOffset? Until)
    : Refusal($"The pipeline does not train now ({Guard}): {Reason}.");

/// <summary>A trainer with its data and settings; a run of it yields a version.</summary>
public sealed class Pipeline : IRevisioned
{
    public const int MaxDefinition = 100_000;

    private Pipeline()
    {
    }

    public PipelineId Id { get; private set; }

    public string Name { get; private set; } = "";

    public ModelId ModelId { get; private set; }

    public Model Model { get; private set; } = null!;

    public DatasetId? DatasetId { get; private set; }

    public Dataset? Dataset { get; private set; }

    public Trainer Trainer { get; private set; }

    /// <summary>A JSON object whose shape the trainer knows.</summary>
    public string Definition { get; private set; } = "{}";

    /// <summary>What makes it run by itself, and what holds any run back; null: only people and programs start it, and nothing holds them.</summary>
    public RetrainingPolicy? Triggers { get; private set; }

    /// <summary>Who answers for what it does by itself.</summary>
    public string? TriggersSetBy { get; private set; }

    /// <summary>What was there before starts nothing.</summary>
    public DateTimeOffset? TriggersSetAt { get; private set; }

    /// <summary>Challengers made before count no more as failed.</summary>
    public DateTimeOffset? BreakerResetAt { get; private set; }

    public string CreatedBy { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public long Revision { get; private set; }

    public static Result<Pipeline> Create(string name, ModelId model, DatasetId? dataset, Trainer trainer, string definition, Actor actor, DateTimeOffset now)
    {
        if (EntityName.Parse("name", name).IsRefused(out var refusal, out var parsed))
            return refusal;

        var pipeline = new Pipeline { Id = PipelineId.New(now), Name = parsed.Value, CreatedBy = actor.Value, CreatedAt = now };
        return pipeline.Define(model, dataset, trainer, definition, now) is { } refused ? refused : pipeline;
    }

    public Refusal? Define(ModelId model, DatasetId? dataset, Trainer trainer, string definition, DateTimeOffset now)
    {
        if ((Texts.Longer("definition", definition, MaxDefinition) ?? Texts.NotAJsonObject("definition", definition) ?? SearchDocument.Check(definition)) is { } refusal)
            return refusal;

        (ModelId, DatasetId, Trainer, Definition, UpdatedAt) = (model, dataset, trainer, definition, now);
        return null;
    }

    /// <param name="policy">Null: nothing starts it by itself any more.</param>
    public Refusal? SetTriggers(RetrainingPolicy? policy, Actor actor, DateTimeOffset now)
    {
        if (policy?.Check() is { } refusal)
            return refusal;

        (Triggers, TriggersSetBy, TriggersSetAt, UpdatedAt) = (policy, actor.Person, now, now);
        return null;
    }

    /// <summary>Somebody has looked at the challengers that failed.</summary>
    public void ResetBreaker(DateTimeOffset now) => (BreakerResetAt, UpdatedAt) = (now, now);
}
