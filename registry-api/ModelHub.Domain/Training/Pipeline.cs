using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Data;
using ModelHub.Domain.Models;

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
        if ((Texts.Longer("definition", definition, MaxDefinition) ?? Texts.NotAJsonObject("definition", definition)) is { } refusal)
            return refusal;

        (ModelId, DatasetId, Trainer, Definition, UpdatedAt) = (model, dataset, trainer, definition, now);
        return null;
    }
}
