using System.Net;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Webhooks;

/// <summary>What may be registered as a receiver's address. Where a name leads to is judged when it is connected to, see <see cref="AllowedNetworks"/>.</summary>
public static class WebhookUrl
{
    public static Refusal? Check(string url)
    {
        if (Texts.NotALink("url", url) is { } refusal)
            return refusal;
        var uri = new Uri(url);
        if (uri.UserInfo.Length > 0)
            return new InvalidInput("url", "no user or password in it: messages are signed");
        return uri.Fragment.Length > 0 ? new InvalidInput("url", "no fragment in it") : null;
    }

    /// <summary>What can be told without asking a name server: an address that is written out must be one that may be called.</summary>
    public static Refusal? Check(string url, AllowedNetworks allowed)
    {
        if (Check(url) is { } refusal)
            return refusal;
        var uri = new Uri(url);
        var address = IPAddress.TryParse(uri.DnsSafeHost, out var literal) ? literal : uri.IsLoopback ? IPAddress.Loopback : null;
        if (address is not null && !allowed.Allows(address))
            return new InvalidInput("url", "not a private or local address, unless the operator lists its network in Webhooks:AllowedNetworks");
        return uri.Scheme == Uri.UriSchemeHttps || allowed.AllowsPlain(address) ? null : new InvalidInput("url", "https, unless its network is listed in Webhooks:AllowedNetworks");
    }
}
