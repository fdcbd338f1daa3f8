using ModelHub.Domain.Basics;
using ModelHub.Domain.Operations;

namespace ModelHub.Domain.Training.Search;

public readonly record struct TrainingTrialId(Guid Value) : IId<TrainingTrialId>
{
    public static TrainingTrialId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static TrainingTrialId From(Guid value) => new(value);
}

/// <summary>How far a trial is.</summary>
public enum TrialState
{
    /// <summary>Waits for a worker.</summary>
    Pending,

    /// <summary>Trains on the rows of its rung.</summary>
    Running,

    /// <summary>Has a result at its rung and may go up yet.</summary>
    Paused,

    /// <summary>Has a result on all rows.</summary>
    Completed,

    /// <summary>Others were better at its rung.</summary>
    Pruned,

    /// <summary>Its training failed.</summary>
    Failed,

    /// <summary>Somebody stopped it, or the run.</summary>
    Cancelled,
}

/// <summary>What a trial came to at one rung.</summary>
/// <param name="Rung">From 0; the last one has all rows.</param>
/// <param name="Rows">Rows it was trained on.</param>
/// <param name="Metric">On the validation rows.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record RungResult(int Rung, int Rows, double Metric, double Seconds);

/// <summary>One choice of settings in the search of a run, and how far it came. Each rung is an operation of its own.</summary>
public sealed class TrainingTrial : IRevisioned
{
    private TrainingTrial()
    {
    }

    public TrainingTrialId Id { get; private set; }

    public TrainingRunId RunId { get; private set; }

    public TrainingRun Run { get; private set; } = null!;

    /// <summary>From 1, in the order in which they were drawn.</summary>
    public int Number { get; private set; }

    /// <summary>The operation of its rung.</summary>
    public OperationId OperationId { get; private set; }

    public Operation Operation { get; private set; } = null!;

    /// <summary>The settings that were drawn: a JSON object.</summary>
    public string Parameters { get; private set; } = "{}";

    public TrialState State { get; private set; }

    /// <summary>From 0: the one it has begun last.</summary>
    public int Rung { get; private set; }

    /// <summary>What it came to, rung by rung.</summary>
    public IReadOnlyList<RungResult> Results { get; private set; } = [];

    /// <summary>Of the highest rung that it has a result of; null before the first.</summary>
    public double? Metric { get; private set; }

    public DateTimeOffset RequestedAt { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public string? Failure { get; private set; }

    public long Revision { get; private set; }

    public static TrainingTrial Draw(TrainingTrialId id, TrainingRunId run, int number, OperationId operation, string parameters, DateTimeOffset now) =>
        new() { Id = id, RunId = run, Number = number, OperationId = operation, Parameters = parameters, RequestedAt = now };

    public bool HasEnded => State is TrialState.Completed or TrialState.Pruned or TrialState.Failed or TrialState.Cancelled;

    /// <summary>How the rules of the search see it.</summary>
    public TrialFacts Facts => new(Number, Rung, State, Results);

    public void Start(DateTimeOffset now)
    {
        if (!HasEnded)
            (State, StartedAt) = (TrialState.Running, StartedAt ?? now);
    }

    /// <param name="top">The rung with all rows.</param>
    public void Reach(RungResult result, int top, DateTimeOffset now)
    {
        if (HasEnded)
            return;
        (Results, Metric) = ([.. Results, result], result.Metric);
        (State, EndedAt) = result.Rung >= top ? (TrialState.Completed, now) : (TrialState.Paused, (DateTimeOffset?)null);
    }

    /// <summary>To the next rung.</summary>
    public void GoUp(OperationId operation) => (Rung, State, OperationId) = (Rung + 1, TrialState.Pending, operation);

    public void Prune(DateTimeOffset now) => End(TrialState.Pruned, null, now);

    public void Fail(string why, DateTimeOffset now) => End(TrialState.Failed, why, now);

    public void Cancel(DateTimeOffset now) => End(TrialState.Cancelled, null, now);

    private void End(TrialState state, string? failure, DateTimeOffset now)
    {
        if (!HasEnded)
            (State, Failure, EndedAt) = (state, failure, now);
    }
}
