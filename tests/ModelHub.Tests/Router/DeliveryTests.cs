using System.Globalization;
using ModelHub.Protocol;
using ModelHub.Router.Measuring;
using ModelHub.Tests.Node;
using Xunit;

namespace ModelHub.Tests.Router;

/// <summary>Which variant answers, who gets a copy, who may call how often.</summary>
public sealed class DeliveryTests
{
    private const string FreshToken = "mh_fresh0000001_0123456789012345678901234567890123456789012";

    [Fact]
    public async Task Nodes_are_told_the_environment_where_they_have_a_part_in_the_rules_and_heard_of_what_they_did()
    {
        await using var node = new FakeNode((_, stream, ct) => FakeNode.WriteAsync(
            stream, FakeNode.Http("{}").Replace("\r\n\r\n", "\r\nx-modelhub-cache: hit\r\nx-modelhub-flagged: age,monthly%20income\r\n\r\n", StringComparison.Ordinal), ct));
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Primary(node));
        await all.SayAsync(headers: ("x-modelhub-environment", "chosen by the caller"));
        await all.RouteAsync(new TrafficRules(NodesHaveRules: true), RouterAndNodes.Primary(node));

        using var answer = await all.AskAsync(headers: ("x-modelhub-environment", "chosen by the caller"));

        Assert.Equal(("hit", "age,monthly%20income"), (answer.Headers.GetValues("x-modelhub-cache").Single(), answer.Headers.GetValues("x-modelhub-flagged").Single()));
        var asked = node.Requests.ToArray();
        Assert.DoesNotContain("x-modelhub-environment", asked[0].Headers.Keys);
        Assert.Equal("production", asked[1].Headers["x-modelhub-environment"]);
    }

    [Fact]
    public async Task A_key_stays_with_its_variant_while_the_canary_grows()
    {
        await using var old = FakeNode.Saying("1");
        await using var next = FakeNode.Saying("2");
        await using var all = await RouterAndNodes.StartAsync();
        var rules = new TrafficRules(new StickyKey(StickySource.Header, "x-customer"));
        var before = new Dictionary<int, string>();

        foreach (var weight in new[] { 10, 30, 60, 100 })
        {
            await all.RouteAsync(rules, RouterAndNodes.Variant(1, VariantRole.Primary, 100 - weight, old), RouterAndNodes.Variant(2, VariantRole.Canary, weight, next));
            for (var customer = 0; customer < 60; customer++)
            {
                var (_, version) = await all.SayAsync("{}", null, RouterAndNodes.Path, ("x-customer", $"c-{customer}"));
                Assert.True(before.GetValueOrDefault(customer) != "2" || version == "2", $"customer {customer} fell back at {weight} %");
                before[customer] = version;
            }
        }

        Assert.All(before.Values, v => Assert.Equal("2", v));
    }

    [Theory]
    [InlineData(RouterAndNodes.Path, "{\"inputs\":[],\"parameters\":{\"a\":[1,{}],\"customer\":\"c-1\"}}")]
    [InlineData("/production/predict/m", "[{\"income\":1,\"customer\":\"c-1\"}]")]
    [InlineData("/production/predict/m", "{\"instances\":[{\"customer\":\"c-1\"}]}")]
    public async Task A_field_of_the_request_can_be_the_key(string path, string body)
    {
        await using var old = FakeNode.Saying("1");
        await using var next = FakeNode.Saying("2");
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(
            new TrafficRules(new StickyKey(StickySource.Field, "customer")),
            RouterAndNodes.Variant(1, VariantRole.Primary, 50, old), RouterAndNodes.Variant(2, VariantRole.Canary, 50, next));

        var versions = new HashSet<string>();
        for (var i = 0; i < 20; i++)
            versions.Add((await all.SayAsync(body, path: path)).Body);

        Assert.Single(versions);
    }

    [Fact]
    public async Task A_new_table_goes_on_where_the_last_one_stopped()
    {
        await using var old = FakeNode.Saying("1");
        await using var next = FakeNode.Saying("2");
        await using var all = await RouterAndNodes.StartAsync();

        var versions = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            await all.RouteAsync(RouterAndNodes.Variant(1, VariantRole.Primary, 75, old), RouterAndNodes.Variant(2, VariantRole.Canary, 25, next));
            versions.Add((await all.SayAsync()).Body);
        }

        Assert.InRange(versions.Count(v => v == "2"), 8, 12);
    }

    [Theory]
    [InlineData(true, 200, "primary")]
    [InlineData(false, 500, "canary")]
    public async Task A_canary_that_fails_is_answered_for_by_the_primary_when_the_endpoint_says_so(bool fallsBack, int status, string from)
    {
        await using var primary = FakeNode.Saying("primary");
        await using var canary = FakeNode.Saying("canary", 500);
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(
            new TrafficRules(CanaryFallsBack: fallsBack),
            RouterAndNodes.Variant(1, VariantRole.Primary, 0, primary), RouterAndNodes.Variant(2, VariantRole.Canary, 100, canary));

        Assert.Equal((status, from), await all.SayAsync());

        await Until.TrueAsync(() => all.Measured.Sum(m => m.Errors.Failed) == 1, "the canary's failure is told");
    }

    [Theory]
    [InlineData(VariantRole.Canary, true)]
    [InlineData(VariantRole.Arm, false)]
    public async Task A_window_with_many_errors_is_told_before_its_time_only_while_a_canary_is_tried_out(VariantRole role, bool early)
    {
        await using var primary = FakeNode.Saying("primary");
        await using var failing = FakeNode.Saying("failing", 500);
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Variant(1, VariantRole.Primary, 50, primary), RouterAndNodes.Variant(2, role, 50, failing));
        // The half and whole seconds are kept to within less than this.
        bool IsEarly(Measurements told) => told.Window.Seconds < 0.4 && told.Items.Sum(item => item.Errors.Failed) >= Unrest.Many;
        bool Seen() => all.Api["r1"].Said.OfType<Measurements>().Any(IsEarly);

        for (var round = 0; round < 60 && !(early && Seen()); round++)
            await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => all.SayAsync()));

        await Until.TrueAsync(() => all.Measured.Sum(m => m.Errors.Failed) >= Unrest.Many, "the failures are told");
        Assert.Equal(early, Seen());
    }

    [Fact]
    public async Task Only_an_operator_chooses_between_versions_and_anybody_may_name_the_only_one()
    {
        await using var old = FakeNode.Saying("1");
        await using var next = FakeNode.Saying("2");
        await using var all = await RouterAndNodes.StartAsync();
        const string second = "/production/v2/models/m/versions/2/infer";
        await all.RouteAsync(RouterAndNodes.Variant(1, VariantRole.Primary, 100, old), RouterAndNodes.Variant(2, VariantRole.Shadow, 0, next));

        Assert.Equal((200, "1"), await all.SayAsync(path: "/production/v2/models/m/versions/1/infer"));
        Assert.Equal(403, (await all.SayAsync(path: second, token: FakeApi.Caller)).Status);
        all.Router.Http.DefaultRequestHeaders.Remove("Authorization");
        Assert.Equal((200, "2"), await all.SayAsync(path: second, token: FakeApi.Operator));
        Assert.Equal(404, (await all.SayAsync(path: "/production/v2/models/m/versions/9/infer", token: FakeApi.Operator)).Status);
    }

    [Fact]
    public async Task A_shadow_gets_its_share_of_copies_and_is_measured()
    {
        await using var primary = FakeNode.Saying("primary");
        await using var shadow = FakeNode.Saying("shadow");
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Primary(primary), RouterAndNodes.Variant(2, VariantRole.Shadow, 0, shadow) with { MirrorPercent = 25 });

        for (var i = 0; i < 40; i++)
            Assert.Equal((200, "primary"), await all.SayAsync($"{i}"));

        await Until.TrueAsync(() => all.Measured.Where(m => m.NodeId != Guid.Empty).Sum(m => m.Requests) >= 49, "copies are measured");
        Assert.InRange(shadow.Requests.Count, 9, 11);
        Assert.All(shadow.Requests, r => Assert.Equal("POST /v2/models/m/versions/2/infer HTTP/1.1", r.Line));
        Assert.Equal(40, primary.Requests.Count);
    }

    [Fact]
    public async Task A_shadow_that_hangs_costs_its_copies_and_nothing_else()
    {
        await using var primary = FakeNode.Saying("primary");
        await using var shadow = FakeNode.Hanging();
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Primary(primary), RouterAndNodes.Variant(2, VariantRole.Shadow, 0, shadow) with { MirrorPercent = 100 });

        for (var i = 0; i < 400; i++)
            Assert.Equal((200, "primary"), await all.SayAsync());

        await Until.TrueAsync(() => all.Measured.Sum(m => m.Dropped) >= 400 - ModelHub.Router.Mirroring.ShadowQueue.MostWaiting - 8, "drops are counted");
        Assert.InRange(shadow.Requests.Count, 1, 8);
    }

    [Fact]
    public async Task A_shadow_that_refuses_is_cut_off()
    {
        await using var primary = FakeNode.Saying("primary");
        await using var shadow = FakeNode.Saying("no", 500);
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Primary(primary), RouterAndNodes.Variant(2, VariantRole.Shadow, 0, shadow) with { MirrorPercent = 100 });

        await Until.TrueAsync(
            async () =>
            {
                Assert.Equal(200, (await all.SayAsync()).Status);
                return all.Measured.Any(m => m.Dropped > 0) && (await all.MetricsAsync()).Contains("modelhub_router_shadows_cut_off 1", StringComparison.Ordinal);
            },
            "the breaker is open");
    }

    [Fact]
    public async Task A_key_that_calls_more_often_than_it_may_is_told_when_to_come_back()
    {
        await using var node = FakeNode.Saying("1");
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Primary(node));
        all.Api.Issue(FreshToken, new RateLimit(0.1, 5));
        all.Router.Http.DefaultRequestHeaders.Remove("Authorization");

        var statuses = new List<int>();
        for (var i = 0; i < 8; i++)
            statuses.Add((await all.SayAsync(token: FreshToken)).Status);
        using var refused = await all.AskAsync(token: FreshToken);

        Assert.Equal([200, 200, 200, 200, 200, 429, 429, 429], statuses);
        Assert.InRange(int.Parse(refused.Headers.GetValues("Retry-After").Single(), CultureInfo.InvariantCulture), 5, 10);
        Assert.Equal(200, (await all.SayAsync(token: FakeApi.Caller)).Status);
    }

    [Fact]
    public async Task An_endpoints_rate_holds_for_all_keys_and_survives_a_new_table()
    {
        await using var node = FakeNode.Saying("1");
        await using var all = await RouterAndNodes.StartAsync();
        var rules = new TrafficRules(Limit: new RateLimit(0.1, 3));
        await all.RouteAsync(rules, RouterAndNodes.Primary(node));
        for (var i = 0; i < 3; i++)
            Assert.Equal(200, (await all.SayAsync()).Status);

        await all.RouteAsync(rules, RouterAndNodes.Primary(node));

        Assert.Equal(429, (await all.SayAsync()).Status);
    }

    [Fact]
    public async Task A_token_that_routers_have_not_heard_of_waits_for_the_news_and_a_made_up_one_is_refused()
    {
        await using var node = FakeNode.Saying("1");
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Primary(node));
        all.Router.Http.DefaultRequestHeaders.Remove("Authorization");

        var early = all.SayAsync(token: FreshToken);
        all.Api.Issue(FreshToken);

        Assert.Equal(200, (await early).Status);
        Assert.Equal(401, (await all.SayAsync(token: FreshToken.Replace("fresh0", "bogus0", StringComparison.Ordinal))).Status);
    }

    [Fact]
    public async Task Many_made_up_tokens_wait_together_and_hold_up_nobody()
    {
        await using var node = FakeNode.Saying("1");
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Primary(node));
        all.Router.Http.DefaultRequestHeaders.Remove("Authorization");

        var madeUp = Enumerable.Range(0, 200).Select(i => all.SayAsync(token: $"mh_bogus{i:0000000}_{new string('x', 43)}")).ToArray();
        var sound = await all.SayAsync(token: FakeApi.Caller);

        Assert.Equal(200, sound.Status);
        Assert.All(await Task.WhenAll(madeUp), a => Assert.Equal(401, a.Status));
    }

    [Fact]
    public async Task A_request_waits_for_a_node_when_the_endpoint_says_so()
    {
        await using var node = FakeNode.Saying("1");
        await using var all = await RouterAndNodes.StartAsync();
        var rules = new TrafficRules(HoldMilliseconds: 10_000);
        await all.RouteAsync(rules, RouterAndNodes.Primary());

        var early = all.SayAsync();
        await all.RouteAsync(rules, RouterAndNodes.Primary(node));

        Assert.Equal((200, "1"), await early);
    }

    [Fact]
    public async Task What_found_no_node_is_told_too()
    {
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Primary());

        Assert.Equal(503, (await all.SayAsync()).Status);

        await Until.TrueAsync(() => all.Measured.Any(m => m.NodeId == Guid.Empty && m.Errors.Unavailable == 1), "the demand is told");
    }
}
