using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Training;

public readonly record struct RetrainingSkipId(Guid Value) : IId<RetrainingSkipId>
{
    public static RetrainingSkipId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static RetrainingSkipId From(Guid value) => new(value);
}

/// <summary>A run that was wanted and held back: one row for a cause and a guard until a run was made, however often the cause arose.</summary>
public sealed class RetrainingSkip
{
    private RetrainingSkip()
    {
    }

    public RetrainingSkipId Id { get; private set; }

    public PipelineId PipelineId { get; private set; }

    public Pipeline Pipeline { get; private set; } = null!;

    public CauseKind Kind { get; private set; }

    /// <summary>Who asked, which schedule, which dataset, or which alert.</summary>
    public string About { get; private set; } = "";

    public Guard Guard { get; private set; }

    /// <summary>As it was told last.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>When the guard lets go by itself; null when that cannot be told.</summary>
    public DateTimeOffset? Until { get; private set; }

    /// <summary>How often the cause arose and was held back.</summary>
    public int Count { get; private set; }

    /// <summary>When it was held back first.</summary>
    public DateTimeOffset FirstAt { get; private set; }

    /// <summary>When it was counted last.</summary>
    public DateTimeOffset LastAt { get; private set; }

    /// <summary>When the cause arose that was counted last.</summary>
    public DateTimeOffset LastSince { get; private set; }

    /// <summary>When a run was made after all; null before.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    public static RetrainingSkip Of(PipelineId pipeline, Cause cause, Held held, DateTimeOffset now)
    {
        var skip = new RetrainingSkip { Id = RetrainingSkipId.New(now), PipelineId = pipeline, Kind = cause.Kind, About = cause.About, Guard = held.Guard, FirstAt = now };
        skip.Again(cause, held, now);
        return skip;
    }

    public bool Matches(Cause cause, Held held) => (Kind, About, Guard) == (cause.Kind, cause.About, held.Guard);

    /// <returns>Whether it was counted: a cause that only goes on counts once.</returns>
    public bool Again(Cause cause, Held held, DateTimeOffset now)
    {
        if (Count > 0 && cause.Since <= LastSince)
            return false;
        (Count, LastSince, LastAt, Reason, Until) = (Count + 1, cause.Since, now, held.Reason, held.Until);
        return true;
    }

    public void End(DateTimeOffset now) => EndedAt ??= now;
}
