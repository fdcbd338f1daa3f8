using System.Globalization;
using ModelHub.Inference;

namespace ModelHub.Node.Serving;

/// <summary>
/// How long the caller waits, from the header <c>x-modelhub-timeout-ms</c>: a whole number of milliseconds, for callers
/// and proxies that do not touch bodies. The earlier of it and the parameter <c>timeout</c> counts.
/// </summary>
internal static class Deadline
{
    public const string Header = "x-modelhub-timeout-ms";
    private const int Longest = 3_600_000;

    /// <returns>what is wrong with the header, or null</returns>
    public static RequestFault? Read(HttpContext context, InferRequest request)
    {
        if (!context.Request.Headers.TryGetValue(Header, out var text))
            return null;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) || milliseconds is 0 or > Longest)
            return new RequestFault($"{Header} must be a whole number of milliseconds between 1 and {Longest}.");
        request.WaitAtMost(TimeSpan.FromMilliseconds(milliseconds));
        return null;
    }
}
