using ModelHub.Protocol;
using ModelHub.Tests.Api.Control;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Api.Rollouts;

public sealed class TrafficRulesTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Selection = "endpoint { revision traffic { sticky { source name } canaryFallsBack limit { perSecond burst } holdMilliseconds cache { seconds } outOfRange } }";

    [Fact]
    public async Task What_an_operator_sets_reaches_routers()
    {
        using var admin = await host.AdminAsync();
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "ruled");
        var model = await ServedAsync(admin, "ruled.model");

        var set = (await admin.DoAsync("setEndpointTraffic", new
        {
            model,
            environment = "staging",
            sticky = new { header = "x-customer" },
            canaryFallsBack = true,
            limit = new { perSecond = 12.5, burst = 20 },
            holdMilliseconds = 5000,
        }, Selection)).GetProperty("endpoint");

        Assert.Equal(
            """{"sticky":{"source":"HEADER","name":"x-customer"},"canaryFallsBack":true,"limit":{"perSecond":12.5,"burst":20},"holdMilliseconds":5000,"cache":null,"outOfRange":"IGNORE"}""",
            set.GetProperty("traffic").GetRawText());
        var expected = new TrafficRules(new StickyKey(StickySource.Header, "x-customer"), true, new ModelHub.Protocol.RateLimit(12.5, 20), 5000);
        await Eventually.Holds(() => router.Routes?.Endpoints.Any(e => e.Model == model && e.Traffic == expected) == true, what: "the rules in the table");
    }

    [Fact]
    public async Task What_is_wrong_is_refused_by_its_name()
    {
        using var admin = await host.AdminAsync();
        var model = await ServedAsync(admin, "unruled.model");
        async Task<string> Refused(object input) => (await admin.RefusedAsync("setEndpointTraffic", input, Selection)).GetProperty("message").GetString()!;

        Assert.Contains("sticky", await Refused(new { model, environment = "staging", sticky = new { header = "a", field = "b" } }), StringComparison.Ordinal);
        Assert.Contains("sticky.name", await Refused(new { model, environment = "staging", sticky = new { header = "x y" } }), StringComparison.Ordinal);
        Assert.Contains("limit.perSecond", await Refused(new { model, environment = "staging", limit = new { perSecond = 0.0, burst = 1 } }), StringComparison.Ordinal);
        Assert.Contains("holdMilliseconds", await Refused(new { model, environment = "staging", holdMilliseconds = 60_001 }), StringComparison.Ordinal);
        Assert.Contains("cache.seconds", await Refused(new { model, environment = "staging", cache = new { seconds = 0 } }), StringComparison.Ordinal);
        Assert.Contains("production", await Refused(new { model, environment = "production" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_nodes_have_a_part_in_reaches_them_and_routers_tell_them_the_environment()
    {
        using var admin = await host.AdminAsync();
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "telling");
        await using var node = await TestPeer.JoinAsync(host.Address, PeerKind.Node, "told");
        var model = await admin.ModelAsync("told.model");
        var version = await host.ReadyVersionAsync(admin, model);
        await host.ShiftAsync(model, version, "staging");
        await host.PlaceAsync(model, version, "staging", node.Welcome!.Id);
        async Task RulesAre(params NodeRules[] rules) => await Eventually.Holds(
            () => node.Assignments?.Items.SingleOrDefault(i => i.Model == model) is { } item && (item.Rules ?? []).SequenceEqual(rules), TimeSpan.FromSeconds(10), "the rules at the node");
        await RulesAre();

        var set = (await admin.DoAsync("setEndpointTraffic", new { model, environment = "staging", cache = new { seconds = 60 }, outOfRange = "FLAG" }, Selection)).GetProperty("endpoint");

        Assert.Equal("""{"seconds":60}""", set.GetProperty("traffic").GetProperty("cache").GetRawText());
        await RulesAre(new NodeRules("staging", new CacheRule(60), OutOfRange.Flag));
        await Eventually.Holds(() => router.Routes!.Endpoints.Single(e => e.Model == model).Traffic?.NodesHaveRules == true, what: "the rules in the table");
        await admin.DoAsync("setEndpointTraffic", new { model, environment = "staging" }, Selection);
        await RulesAre();
    }

    [Fact]
    public async Task A_tokens_rate_and_its_operators_right_reach_routers()
    {
        using var admin = await host.AdminAsync();
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "limiting");

        await admin.DoAsync("createServiceToken", new
        {
            name = "limited",
            scopes = new[] { "INFER", "WRITE" },
            bindings = new[] { new { role = "OPERATOR", @namespace = "risk", environment = "staging" } },
            limit = new { perSecond = 5.0, burst = 7 },
        }, "serviceToken { limit { perSecond burst } }");

        await Eventually.Holds(
            () => router.Access?.Keys.Any(k => k.Limit == new ModelHub.Protocol.RateLimit(5, 7) && k.Grants.SequenceEqual([new("risk", "staging", Operates: true)])) == true,
            TimeSpan.FromSeconds(10), "the token in the access table");
    }

    [Fact]
    public async Task A_node_hears_of_its_own_assignments_only()
    {
        using var admin = await host.AdminAsync();
        await using var served = await TestPeer.JoinAsync(host.Address, PeerKind.Node, "served");
        await using var other = await TestPeer.JoinAsync(host.Address, PeerKind.Node, "other");
        await Eventually.Holds(() => other.Assignments is not null, what: "the first assignments");
        var before = other.Assignments;

        var model = await admin.ModelAsync("assigned.model");
        await host.PlaceAsync(model, await host.ReadyVersionAsync(admin, model), "staging", served.Welcome!.Id);

        await Eventually.Holds(() => served.Assignments!.Items.Any(i => i.Model == model), what: "the assignment");
        var beats = other.Heartbeats;
        await Eventually.Holds(() => other.Heartbeats > beats, what: "the next word to the other");
        Assert.Same(before, other.Assignments);
    }

    private async Task<string> ServedAsync(ApiClient admin, string name)
    {
        var model = await admin.ModelAsync(name);
        await host.ShiftAsync(model, await host.ReadyVersionAsync(admin, model), "staging");
        return model;
    }
}
