namespace ModelHub.Domain.Training;

/// <summary>What the guards look at.</summary>
/// <param name="Running">The pipeline of the model's run that has not ended, if there is one.</param>
/// <param name="LastEnded">When the last run of this pipeline ended.</param>
/// <param name="Requested">When its runs of the last seven days were asked for, the first first.</param>
/// <param name="FailedInARow">Its last challengers that failed with none between that did not.</param>
public sealed record RunFacts(string? Running, DateTimeOffset? LastEnded, IReadOnlyList<DateTimeOffset> Requested, int FailedInARow)
{
    public static readonly RunFacts None = new(null, null, [], 0);
}

/// <param name="Causes">Those that arose since the last run was asked for: one run answers them all.</param>
/// <param name="HasData">There is data to train on.</param>
public sealed record RetrainingFacts(IReadOnlyList<Cause> Causes, bool HasData, RunFacts Runs);
