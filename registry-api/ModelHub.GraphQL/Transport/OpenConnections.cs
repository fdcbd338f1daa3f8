using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace ModelHub.GraphQL.Transport;

/// <summary>How many sockets and event streams each caller holds; nobody holds more than the limit.</summary>
internal sealed class OpenConnections(GraphQLOptions options)
{
    private readonly ConcurrentDictionary<string, int> held = new(StringComparer.Ordinal);

    /// <summary>False when the caller holds as many as allowed; what is entered must be left.</summary>
    public bool TryEnter(string key)
    {
        if (held.AddOrUpdate(key, 1, (_, n) => n + 1) <= options.Limits.MaxConnectionsPerPrincipal)
            return true;
        Leave(key);
        return false;
    }

    public void Leave(string key)
    {
        if (held.AddOrUpdate(key, 0, (_, n) => n - 1) <= 0)
            held.TryRemove(KeyValuePair.Create(key, 0));
    }

    /// <summary>Who holds the connection: the one signed in, else the address it comes from.</summary>
    public static string KeyOf(ClaimsPrincipal user, HttpContext http) => user.Identity is { IsAuthenticated: true } identity
        ? $"user {user.FindFirstValue(ClaimTypes.NameIdentifier) ?? identity.Name}"
        : $"address {http.Connection.RemoteIpAddress}";
}
