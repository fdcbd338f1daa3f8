using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Rollouts;

public enum StickySource
{
    /// <summary>A header of the request.</summary>
    Header,

    /// <summary>A V2 request's parameter, or a field of the first row given to /predict.</summary>
    Field,
}

/// <summary>Requests with the same value under <paramref name="Name"/> get the same variant.</summary>
public sealed record StickyKey(StickySource Source, string Name);

/// <summary>How routers deal with an endpoint's requests beyond the weights of its variants.</summary>
/// <param name="Sticky">Null: every request is dealt by the weights alone.</param>
/// <param name="CanaryFallsBack">A request that a canary fails is answered by the primary.</param>
/// <param name="Limit">For all callers together; null: none.</param>
/// <param name="HoldMilliseconds">How long a request waits for a node when none is ready.</param>
public sealed record TrafficRules(StickyKey? Sticky = null, bool CanaryFallsBack = false, RateLimit? Limit = null, int HoldMilliseconds = 0)
{
    public const int MostHoldMilliseconds = 60_000;
    public const int MostName = 64;

    public Refusal? Check()
    {
        if (Sticky is { } sticky && !IsName(sticky))
            return new InvalidInput("sticky.name", $"1 to {MostName} characters; a header's name has letters, digits and hyphens");
        if (HoldMilliseconds is < 0 or > MostHoldMilliseconds)
            return new InvalidInput("holdMilliseconds", $"0 to {MostHoldMilliseconds}");
        return Limit?.Check("limit");
    }

    private static bool IsName(StickyKey sticky) =>
        sticky.Name.Length is > 0 and <= MostName
        && (sticky.Source == StickySource.Field ? !sticky.Name.Any(char.IsControl) : sticky.Name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'));
}
