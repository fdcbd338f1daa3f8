namespace ModelHub.Domain.Promotions;

public enum StageOutcome
{
    Running,
    Passed,
    Failed,
    Skipped,
    Aborted,
}

/// <summary>A stage that the promotion came to, and how it ended.</summary>
/// <param name="Index">Its place in the plan, from 0.</param>
/// <param name="Weight">The candidate's share in percent; null for a shadow.</param>
/// <param name="By">Who ended it, when that was a person.</param>
public sealed record StageRecord(
    int Index, string Kind, double? Weight, StageOutcome Outcome, DateTimeOffset EnteredAt, DateTimeOffset? EndedAt = null, string? Reason = null, string? By = null);
