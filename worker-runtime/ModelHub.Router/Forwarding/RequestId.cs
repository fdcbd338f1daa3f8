using ModelHub.Protocol;
using ModelHub.Router.Routing;

namespace ModelHub.Router.Forwarding;

/// <summary>The caller's request id when it is a plain short word, else one of ours; in the answer either way.</summary>
internal static class RequestId
{
    private const string Header = "x-request-id";

    public static string Of(HttpContext context)
    {
        var given = context.Request.Headers[Header];
        var id = given.Count == 1 && given[0] is { Length: > 0 and <= 128 } text && !text.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? text
            : Guid.CreateVersion7().ToString("n");
        context.Response.Headers[Header] = id;
        return id;
    }

    /// <summary>Of a request that takes part in an experiment by labels, an id of ours tells the key, so that a label for it need not be one for the key's first request.</summary>
    public static void TellKey(HttpContext context, RoutedEndpoint endpoint, Exchange exchange)
    {
        if (endpoint.Experiment is not { Metric: null } || exchange.Dealt.Arm is null)
            return;
        var given = context.Request.Headers[Header];
        if (given.Count == 1 && ReferenceEquals(given[0], exchange.RequestId))
            return;
        context.Response.Headers[Header] = exchange.RequestId = UnitHash.Tell(exchange.RequestId, exchange.Dealt.Key);
    }
}
