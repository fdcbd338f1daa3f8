using System.Net;
using System.Net.Sockets;

namespace ModelHub.Domain.Webhooks;

/// <summary>
/// Whom messages may be sent to: public addresses, and the networks an operator lists. Everything that IANA's special-purpose
/// registries (RFC 6890 and its updates) keep from the public internet is private: whoever registers a webhook must not reach
/// what only this server can reach.
/// </summary>
public sealed class AllowedNetworks(IReadOnlyList<IPNetwork> listed)
{
    private static readonly IPNetwork[] Private =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/127", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    public static readonly AllowedNetworks Public = new([]);

    /// <param name="text">Networks such as <c>10.1.0.0/16</c> or single addresses, separated by commas.</param>
    /// <returns>Null when one of them is none.</returns>
    public static AllowedNetworks? Parse(string text)
    {
        var networks = new List<IPNetwork>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPNetwork.TryParse(part, out var network))
                networks.Add(network);
            else if (IPAddress.TryParse(part, out var address))
                networks.Add(new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128));
            else
                return null;
        }

        return new AllowedNetworks(networks);
    }

    public bool Allows(IPAddress address) => IsListed(Plain(address)) || !Private.Any(network => network.Contains(Plain(address)));

    /// <summary>Without TLS messages go to listed networks only; null is a name, of which nothing is known yet.</summary>
    public bool AllowsPlain(IPAddress? address) => address is null ? listed.Count > 0 : IsListed(Plain(address));

    private bool IsListed(IPAddress address) => listed.Any(network => network.Contains(address));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
