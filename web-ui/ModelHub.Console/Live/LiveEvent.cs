namespace ModelHub.Console.Live;

/// <summary>One change, as the api tells it: what kind, about what, by whom.</summary>
public sealed record LiveEvent(long Sequence, string Type, string? Subject, string? Actor, DateTimeOffset At);

public enum FeedState
{
    Connecting,
    Live,
    Lost,
    SignedOut,
}
