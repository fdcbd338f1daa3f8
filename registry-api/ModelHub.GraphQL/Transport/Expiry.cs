using System.Globalization;
using System.Security.Claims;

namespace ModelHub.GraphQL.Transport;

/// <summary>What is opened with credentials ends with them.</summary>
internal static class Expiry
{
    // A timer takes at most some 49 days; no connection lives that long.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    /// <summary>The time until the caller's claim <c>exp</c> (seconds since 1970); null when there is none.</summary>
    public static TimeSpan? Left(ClaimsPrincipal user, TimeProvider time)
    {
        if (!long.TryParse(user.FindFirstValue("exp"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return null;
        var left = DateTimeOffset.FromUnixTimeSeconds(seconds) - time.GetUtcNow();
        return left < TimeSpan.Zero ? TimeSpan.Zero : left > Longest ? Longest : left;
    }
}
