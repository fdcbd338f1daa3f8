using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Data;
using ModelHub.Domain.Operations;

namespace ModelHub.Domain.Training;

public readonly record struct LedgerFreezeId(Guid Value) : IId<LedgerFreezeId>
{
    public static LedgerFreezeId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static LedgerFreezeId From(Guid value) => new(value);
}

/// <summary>Labelled predictions that somebody wants as a version of a pipeline's dataset, as triggered runs make them for themselves.</summary>
public sealed class LedgerFreeze
{
    private LedgerFreeze()
    {
    }

    public LedgerFreezeId Id { get; private set; }

    public PipelineId PipelineId { get; private set; }

    public Pipeline Pipeline { get; private set; } = null!;

    /// <summary>Which part of the ledger; its window ends when it was asked for.</summary>
    public LedgerRule Rule { get; private set; } = null!;

    /// <summary>Tells how far it is, and why it failed.</summary>
    public OperationId OperationId { get; private set; }

    public Operation Operation { get; private set; } = null!;

    /// <summary>Null until the operation has succeeded.</summary>
    public DataVersionId? DataVersionId { get; private set; }

    public DataVersion? DataVersion { get; private set; }

    public string RequestedBy { get; private set; } = "";

    public DateTimeOffset RequestedAt { get; private set; }

    /// <param name="id">Chosen before, because the operation names it.</param>
    public static Result<LedgerFreeze> Request(LedgerFreezeId id, Pipeline pipeline, LedgerRule rule, OperationId operation, Actor actor, DateTimeOffset now) =>
        rule.Check("") is { } refusal
            ? refusal
            : new LedgerFreeze { Id = id, PipelineId = pipeline.Id, Rule = rule, OperationId = operation, RequestedBy = actor.Value, RequestedAt = now };

    public void Became(DataVersionId version) => DataVersionId = version;
}
