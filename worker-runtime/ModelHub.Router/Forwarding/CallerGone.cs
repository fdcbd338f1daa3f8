using Microsoft.AspNetCore.Connections.Features;

namespace ModelHub.Router.Forwarding;

/// <summary>
/// When the caller has hung up. A request's own token is made anew for each request; under HTTP/1.1, where a connection
/// carries one request at a time, the connection's token tells the same and is there already.
/// </summary>
internal static class CallerGone
{
    public static CancellationToken Of(HttpContext context) =>
        HttpProtocol.IsHttp11(context.Request.Protocol) && context.Features.Get<IConnectionLifetimeFeature>() is { } connection
            ? connection.ConnectionClosed
            : context.RequestAborted;
}
