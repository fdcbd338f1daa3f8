using System.Collections.Frozen;

namespace ModelHub.Router.Routing;

/// <summary>Who answers for what. Immutable: a request sees one table from beginning to end.</summary>
internal sealed class RoutingTable
{
    public static readonly RoutingTable Empty = new(-1, []);

    private readonly FrozenDictionary<string, FrozenDictionary<string, RoutedEndpoint>.AlternateLookup<ReadOnlySpan<char>>>.AlternateLookup<ReadOnlySpan<char>> environments;
    private readonly FrozenDictionary<Guid, RoutedEndpoint> byId;

    public RoutingTable(long revision, IReadOnlyCollection<RoutedEndpoint> endpoints)
    {
        Revision = revision;
        HasCanary = endpoints.Any(e => e.Variants.Any(v => v.Route.Role == Protocol.VariantRole.Canary));
        byId = endpoints.ToFrozenDictionary(e => e.Route.EndpointId);
        environments = endpoints.GroupBy(e => e.Route.Environment)
            .ToFrozenDictionary(g => g.Key, g => g.ToFrozenDictionary(e => e.Route.Model, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>(), StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public long Revision { get; }

    /// <summary>Some version is tried out on a share of its endpoint's traffic.</summary>
    public bool HasCanary { get; }

    public IEnumerable<RoutedEndpoint> Endpoints => byId.Values;

    public RoutedEndpoint? Find(ReadOnlySpan<char> environment, ReadOnlySpan<char> model) =>
        environments.TryGetValue(environment, out var models) && models.TryGetValue(model, out var endpoint) ? endpoint : null;

    public RoutedEndpoint? Find(Guid endpoint) => byId.GetValueOrDefault(endpoint);
}
