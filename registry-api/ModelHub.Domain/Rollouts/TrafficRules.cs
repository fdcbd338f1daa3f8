using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Rollouts;

public enum StickySource
{
    /// <summary>A header of the request.</summary>
    Header,

    /// <summary>A V2 request's parameter, or a field of the first row given to /predict.</summary>
    Field,

    /// <summary>A cookie of the request.</summary>
    Cookie,
}

/// <summary>Requests with the same value under <paramref name="Name"/> get the same variant.</summary>
public sealed record StickyKey(StickySource Source, string Name)
{
    public const int MostName = 64;

    /// <param name="field">Of the input, for the refusal.</param>
    public Refusal? Check(string field) => IsName()
        ? null
        : new InvalidInput(field, $"1 to {MostName} characters; a header's name has letters, digits and hyphens, a cookie's underscores and dots too");

    private bool IsName() => Name.Length is > 0 and <= MostName && Source switch
    {
        StickySource.Field => !Name.Any(char.IsControl),
        StickySource.Cookie => Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'),
        _ => Name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'),
    };
}

/// <summary>What becomes of fields given to /predict whose values the version has not seen in the data it was made from.</summary>
public enum OutOfRange
{
    /// <summary>They are not looked for.</summary>
    Ignore,

    /// <summary>The request is answered, and the answer names the fields.</summary>
    Flag,

    /// <summary>The request is refused.</summary>
    Refuse,
}

/// <summary>Nodes keep answers and give them again for the same inputs.</summary>
/// <param name="Seconds">For so long; null: until the room is needed or the version is unloaded.</param>
public sealed record AnswerCache(int? Seconds = null)
{
    public const int MostSeconds = 7 * 24 * 3600;

    public Refusal? Check(string field) =>
        Seconds is < 1 or > MostSeconds ? new InvalidInput($"{field}.seconds", $"1 to {MostSeconds}") : null;
}

/// <summary>How an endpoint's requests are dealt with beyond the weights of its variants.</summary>
/// <param name="Sticky">Null: every request is dealt by the weights alone.</param>
/// <param name="CanaryFallsBack">A request that a canary fails is answered by the primary.</param>
/// <param name="Limit">For all callers together; null: none.</param>
/// <param name="HoldMilliseconds">How long a request waits for a node when none is ready.</param>
/// <param name="Cache">Null: every request is run.</param>
public sealed record TrafficRules(
    StickyKey? Sticky = null, bool CanaryFallsBack = false, RateLimit? Limit = null, int HoldMilliseconds = 0, AnswerCache? Cache = null,
    OutOfRange OutOfRange = OutOfRange.Ignore)
{
    public const int MostHoldMilliseconds = 60_000;

    /// <summary>Whether nodes have a part in them.</summary>
    public bool ReachNodes() => Cache is not null || OutOfRange != OutOfRange.Ignore;

    public Refusal? Check()
    {
        if (Sticky?.Check("sticky.name") is { } unfit)
            return unfit;
        if (HoldMilliseconds is < 0 or > MostHoldMilliseconds)
            return new InvalidInput("holdMilliseconds", $"0 to {MostHoldMilliseconds}");
        return Limit?.Check("limit") ?? Cache?.Check("cache");
    }
}
