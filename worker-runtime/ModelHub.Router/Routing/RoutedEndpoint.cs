using ModelHub.Protocol;
using ModelHub.Router.Limiting;
using ModelHub.Router.Measuring;
using ModelHub.Router.Mirroring;
using ModelHub.Router.Recording;
using ModelHub.Router.Sketching;
using RouteEndpoint = ModelHub.Protocol.RouteEndpoint;

namespace ModelHub.Router.Routing;

/// <summary>One version under an endpoint and the nodes that answer for it.</summary>
/// <param name="Sketch">Counts all its traffic; null when nobody judges it.</param>
internal sealed record Variant(RouteVariant Route, Target[] Targets, Meter Nowhere, VariantSketch? Sketch = null)
{
    /// <summary>The header values of an answer, made once.</summary>
    public string VersionText { get; } = Route.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public string RouteText { get; } = Route.VariantId.ToString();

    public bool TakesTraffic { get; } = Route.Role != VariantRole.Shadow && Route.Weight > 0;
}

/// <summary>What lasts of an endpoint when its table is replaced.</summary>
internal sealed record EndpointState(Turns Turns, Turns Samples)
{
    public static EndpointState Of(Guid endpoint)
    {
        var seed = BitConverter.ToUInt64(endpoint.ToByteArray(), 8);
        return new(new Turns(seed), new Turns(~seed));
    }
}

/// <summary>A shadow of an endpoint: which requests it gets a copy of, and where they wait for it.</summary>
internal sealed record Shadow(Sampling Sampling, ShadowQueue Queue);

internal sealed class RoutedEndpoint
{
    private readonly Shares? shares;
    private readonly StickyShares? sticky;
    private readonly Variant? primary;

    public RoutedEndpoint(RouteEndpoint route, Variant[] variants, Shadow[] shadows, EndpointState state, RateBucket? limit, LedgerRule? ledger = null)
    {
        (Route, Variants, Shadows, State, Limit, Ledger) = (route, variants, shadows, state, limit, ledger);
        Rules = route.Traffic ?? new TrafficRules();
        primary = Array.Find(variants, v => v.Route.Role == VariantRole.Primary);
        Only = variants.Count(v => v.TakesTraffic) == 1 ? Array.Find(variants, v => v.TakesTraffic) : null;
        double[] weights = [.. variants.Select(v => v.TakesTraffic ? v.Route.Weight : 0)];
        if (weights.Any(w => w > 0))
        {
            shares = new Shares(weights, state.Turns);
            // By the experiment: who had the better arm in one shall not have it again in the next.
            sticky = Key is null ? null : new StickyShares(route.Experiment?.Id ?? route.EndpointId, [.. variants.Select(v => v.Route.VersionId)], weights);
        }
    }

    public RouteEndpoint Route { get; }

    public TrafficRules Rules { get; }

    /// <summary>Null unless its variants are arms now.</summary>
    public RouteExperiment? Experiment => Route.Experiment;

    /// <summary>What keeps a caller on one variant; null when nothing does.</summary>
    public StickyKey? Key => Experiment?.Key ?? Rules.Sticky;

    /// <summary>The environment, when nodes have a part in the rules; else they need not know it.</summary>
    public string? ToldToNodes => Rules.NodesHaveRules ? Route.Environment : null;

    public Variant[] Variants { get; }

    public Shadow[] Shadows { get; }

    public EndpointState State { get; }

    public RateBucket? Limit { get; }

    /// <summary>Null: its requests are not told one by one.</summary>
    public LedgerRule? Ledger { get; }

    /// <summary>The variant that takes all traffic, if one does.</summary>
    public Variant? Only { get; }

    /// <summary>A variant that takes traffic has a node.</summary>
    public bool IsReady => Array.Exists(Variants, v => v.TakesTraffic && v.Targets.Length > 0);

    /// <summary>The variant whose turn it is; null when none takes traffic. Without a key nobody takes part in an experiment.</summary>
    public Variant? Next() => Experiment is not null && primary is { TakesTraffic: true } ? primary : shares is null ? null : Variants[shares.Next()];

    /// <summary>The variant of this key; null when none takes traffic or requests are not told apart by keys.</summary>
    public Variant? Of(ReadOnlySpan<char> key) => sticky is null ? null : Variants[sticky.Of(key)];

    /// <inheritdoc cref="Of(ReadOnlySpan{char})"/>
    public Variant? Of(ReadOnlySpan<byte> key) => sticky is null ? null : Variants[sticky.Of(key)];

    /// <summary>Who answers when <paramref name="picked"/> has no node: the primary, else any that has.</summary>
    public Variant InsteadOf(Variant picked) =>
        picked.Targets.Length > 0 ? picked
        : primary is { Targets.Length: > 0 } ? primary
        : Array.Find(Variants, v => v.TakesTraffic && v.Targets.Length > 0) ?? picked;

    /// <summary>Who answers when this canary has failed; null when nobody shall.</summary>
    public Variant? FallbackOf(Variant failed) =>
        Rules.CanaryFallsBack && failed.Route.Role == VariantRole.Canary && primary is { Targets.Length: > 0 } ? primary : null;

    /// <summary>A variant that takes traffic, by its id: for callers that want the same arm again.</summary>
    public Variant? Pinned(string route) =>
        Array.Find(Variants, v => v.RouteText == route && v.TakesTraffic && v.Targets.Length > 0);

    /// <summary>The variant that serves this version, if any does; shadows too.</summary>
    public Variant? OfVersion(ReadOnlySpan<char> version)
    {
        foreach (var variant in Variants)
            if (version.SequenceEqual(variant.VersionText))
                return variant;
        return null;
    }
}
