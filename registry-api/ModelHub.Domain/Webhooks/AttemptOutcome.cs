namespace ModelHub.Domain.Webhooks;

/// <summary>How a try ended.</summary>
/// <param name="Status">Null when there was no answer.</param>
/// <param name="Failure">Null when it was delivered.</param>
/// <param name="Answer">The beginning of the answer's body.</param>
public sealed record AttemptOutcome(DateTimeOffset At, double DurationMs, int? Status, string? Failure, string? Answer)
{
    public bool Delivered => Failure is null;

    /// <summary>The receiver says that it will never listen again.</summary>
    public bool Gone => Status == 410;
}
