using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Operations;

public readonly record struct OperationId(Guid Value) : IId<OperationId>
{
    public static OperationId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static OperationId From(Guid value) => new(value);
}

public enum OperationState
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

public static class OperationStates
{
    public static bool HasEnded(this OperationState state) => state > OperationState.Running;
}

public static class OperationKinds
{
    public const string ValidateVersion = "validate-version";
    public const string QuantizeVersion = "quantize-version";
    public const string PrepareBundle = "prepare-bundle";
    public const string ProfileDataVersion = "profile-data-version";
    public const string CompareDataVersions = "compare-data-versions";
    public const string Train = "train";
    public const string TrainTrial = "train-trial";
    public const string Batch = "batch";
    public const string FreezeLedger = "freeze-ledger";
    public const string MeasureImportance = "measure-importance";
}

public sealed record OperationNotFound()
    : Refusal("There is no such operation.");

public sealed record OperationEnded(OperationState State)
    : Refusal($"The operation is {State} already.");

/// <summary>Another attempt has taken over: what this one found no longer counts.</summary>
public sealed record AttemptSuperseded(int Attempt, int Current)
    : Refusal($"Attempt {Attempt} was superseded by attempt {Current}.");

/// <summary>Work that takes time, as people see it. Enqueueing is inserting it; a worker turns it into a job and fences its writes by the attempt.</summary>
public sealed class Operation : IRevisioned
{
    private Operation()
    {
    }

    public OperationId Id { get; private set; }

    public string Kind { get; private set; } = "";

    public OperationState State { get; private set; }

    /// <summary>0 to 1.</summary>
    public double Progress { get; private set; }

    public string? Message { get; private set; }

    /// <summary>What it is about, in the form events use: <c>version:risk.credit-scoring@3</c>.</summary>
    public string Subject { get; private set; } = "";

    /// <summary>The id of what it works on: a version, a data version, a training run.</summary>
    public Guid SubjectId { get; private set; }

    /// <summary>The operation that goes on when this one and its other children have ended; null when none waits for it.</summary>
    public OperationId? ParentId { get; private set; }

    /// <summary>How many attempts have begun; the number of the last is the fence.</summary>
    public int Attempts { get; private set; }

    public bool CancelRequested { get; private set; }

    public string RequestedBy { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When a worker handed it to the job engine.</summary>
    public DateTimeOffset? DispatchedAt { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public string? Failure { get; private set; }

    public long Revision { get; private set; }

    public static Operation Enqueue(string kind, string subject, Guid subjectId, Actor actor, DateTimeOffset now, OperationId? parent = null) =>
        new() { Id = OperationId.New(now), Kind = kind, Subject = subject, SubjectId = subjectId, RequestedBy = actor.Value, CreatedAt = now, ParentId = parent };

    public void Dispatch(DateTimeOffset now) => DispatchedAt = now;

    /// <summary>Begins an attempt; its number is the fence of all its later writes.</summary>
    public Result<int> Begin(DateTimeOffset now)
    {
        if (State.HasEnded())
            return new OperationEnded(State);

        (State, StartedAt, Attempts) = (OperationState.Running, StartedAt ?? now, Attempts + 1);
        return Attempts;
    }

    public Refusal? Report(int attempt, double progress, string? message)
    {
        if (Fence(attempt) is { } refusal)
            return refusal;

        (Progress, Message) = (Math.Clamp(progress, 0, 1), message ?? Message);
        return null;
    }

    public Refusal? Succeed(int attempt, string? message, DateTimeOffset now)
    {
        if (Fence(attempt) is { } refusal)
            return refusal;

        (State, Progress, Message, EndedAt) = (OperationState.Succeeded, 1, message ?? Message, now);
        return null;
    }

    public Refusal? Fail(int attempt, string failure, DateTimeOffset now)
    {
        if (Fence(attempt) is { } refusal)
            return refusal;

        (State, Failure, EndedAt) = (OperationState.Failed, failure, now);
        return null;
    }

    /// <summary>The attempt noticed the wish and stopped.</summary>
    public Refusal? Cancelled(int attempt, DateTimeOffset now)
    {
        if (Fence(attempt) is { } refusal)
            return refusal;

        (State, EndedAt) = (OperationState.Cancelled, now);
        return null;
    }

    /// <summary>The attempt stops before its end, because its worker does: any worker may dispatch the operation again.</summary>
    public Refusal? GiveBack(int attempt, string message)
    {
        if (Fence(attempt) is { } refusal)
            return refusal;

        (State, DispatchedAt, Message) = (OperationState.Queued, null, message);
        return null;
    }

    /// <summary>The attempt has made children and stops: it is dispatched again when they have ended.</summary>
    public Refusal? AwaitChildren(int attempt, string message) => GiveBack(attempt, message);

    /// <summary>How far the children are, while it waits for them.</summary>
    public void Follow(double progress, string message)
    {
        if (State == OperationState.Queued)
            (Progress, Message) = (Math.Clamp(progress, 0, 1), message);
    }

    /// <summary>One that has not begun is cancelled at once; a running one is told and stops by itself.</summary>
    public Refusal? Cancel(DateTimeOffset now)
    {
        if (State.HasEnded())
            return new OperationEnded(State);

        CancelRequested = true;
        if (State == OperationState.Queued)
            (State, EndedAt) = (OperationState.Cancelled, now);
        return null;
    }

    private Refusal? Fence(int attempt) =>
        State.HasEnded() ? new OperationEnded(State)
        : attempt != Attempts ? new AttemptSuperseded(attempt, Attempts)
        : null;
}
