using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelHub.GraphQL.Execution;

namespace ModelHub.GraphQL.Transport;

/// <summary>GraphQL over WebSocket by the protocol graphql-transport-ws.</summary>
internal sealed class SocketTransport(GraphQLEngine engine, OpenConnections connections, TimeProvider time)
{
    public const string Protocol = "graphql-transport-ws";

    public async Task HandleAsync(HttpContext http)
    {
        var speaks = http.WebSockets.WebSocketRequestedProtocols.Contains(Protocol);
        using var socket = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { SubProtocol = speaks ? Protocol : null, KeepAliveInterval = engine.Limits.KeepAlive });
        var wire = new SocketWire(socket, engine.Limits.MaxSocketMessageBytes);
        if (speaks)
            await new SocketSession(engine, wire, this, http).RunAsync();
        else
            await wire.CloseAsync(4406, "The subprotocol must be " + Protocol + ".");
    }

    public OpenConnections Connections => connections;

    public TimeProvider Time => time;

    /// <summary>Who the socket belongs to; null when it is refused.</summary>
    public async ValueTask<ClaimsPrincipal?> AuthenticateAsync(HttpContext http, System.Text.Json.JsonElement payload)
    {
        var user = engine.Options.AuthenticateSocket is { } own ? await own(http, payload) : await ByHeaderAsync(http, payload);
        return user is null || (engine.Options.RequireAuthenticated && user.Identity?.IsAuthenticated != true) ? null : user;
    }

    // Browsers cannot set headers on a socket: the payload of connection_init stands in for them.
    private static async ValueTask<ClaimsPrincipal?> ByHeaderAsync(HttpContext http, System.Text.Json.JsonElement payload)
    {
        if (payload.ValueKind != System.Text.Json.JsonValueKind.Object || !payload.TryGetProperty("authorization", out var value) || value.ValueKind != System.Text.Json.JsonValueKind.String)
            return http.User;
        http.Request.Headers.Authorization = value.GetString();
        // A handler answers once per scope, and the one of the request has answered when the socket was opened without a header.
        await using var scope = http.RequestServices.CreateAsyncScope();
        if (scope.ServiceProvider.GetService<IAuthenticationService>() is not { } authentication)
            return http.User;
        var result = await authentication.AuthenticateAsync(http, null);
        return result.Succeeded ? result.Principal : null;
    }
}

internal static partial class SocketLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "A GraphQL socket failed")]
    public static partial void SocketFailed(this ILogger log, Exception exception);
}
