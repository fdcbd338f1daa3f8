namespace ModelHub.Domain.Training;

/// <summary>What asks for runs.</summary>
public enum CauseKind
{
    /// <summary>A person or a program.</summary>
    ByHand,

    /// <summary>The time has come.</summary>
    Schedule,

    /// <summary>A new version of the dataset is ready.</summary>
    NewData,

    /// <summary>An alert fires at an endpoint of the model.</summary>
    Alert,
}

/// <summary>Why a run is wanted. Kind and <paramref name="About"/> tell one cause from another, however often it arises.</summary>
/// <param name="About">Who asks, which schedule, which dataset, which alert of which endpoint.</param>
/// <param name="Since">When it arose last.</param>
public sealed record Cause(CauseKind Kind, string About, DateTimeOffset Since)
{
    public const int MaxAbout = 1_000;

    public static Cause ByHand(string actor, DateTimeOffset now) => new(CauseKind.ByHand, actor, now);

    public override string ToString() => Kind switch
    {
        CauseKind.ByHand => $"by hand, {About}",
        CauseKind.Schedule => $"schedule {About}",
        CauseKind.NewData => $"new data {About}",
        _ => $"alert {About}",
    };
}
