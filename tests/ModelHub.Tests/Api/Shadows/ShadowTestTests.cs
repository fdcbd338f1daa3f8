using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Shadows;
using ModelHub.Protocol;
using ModelHub.Tests.Api.Control;
using ModelHub.Tests.Support;
using Xunit;
using Wire = ModelHub.Protocol;

namespace ModelHub.Tests.Api.Shadows;

public sealed class ShadowTestTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Selection = "shadowTest { id state revision version { number } against { number } options { percent minimumSamples maximumTime redacted } }";
    private const string Report = """
        query($id: ID!) { shadowTest(id: $id) { state reason report { compared dropped rows differentRows differenceRate agreement latency { p99Ratio slower }
            outputs { name values different flips flipRate rankCorrelation differences { upTo count } classes { primary candidate count } worst { size request } }
            segments { value rows } } } }
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_test_reaches_routers_and_what_they_find_is_added_up_whoever_says_it_how_often()
    {
        using var admin = await host.AdminAsync();
        await using var one = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "shadowing-1");
        await using var two = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "shadowing-2");
        var model = await ServedAsync(admin, "shadow.counted");

        var test = await StartAsync(admin, model, new { percent = 50.0, segment = "region", redacted = new[] { "name" }, tolerance = new { absolute = 0.5 } });
        var route = await RoutedAsync(one, model);
        Assert.Equal((50.0, 0.5, 0.05, "region"), (route.MirrorPercent, route.Compare!.Absolute, route.Compare.Relative, route.Compare.Segment));
        Assert.Equal(["name"], route.Compare.Redacted!);

        await one.SendAsync(Found(one, model, compared: 6, flips: 1));
        await one.SendAsync(Found(one, model, compared: 10, flips: 2, seconds: 5));
        await one.SendAsync(Found(one, model, compared: 10, flips: 2, seconds: 5));
        await one.SendAsync(Found(one, model, compared: 6, flips: 1));
        await two.SendAsync(Found(two, model, compared: 20, flips: 3));

        var report = await Eventually.Is(() => ReportAsync(admin, test), r => r.GetProperty("compared").GetInt64() == 30, what: "The sum of both routers");
        var output = report.GetProperty("outputs")[0];
        Assert.Equal((30, 5, 5), (report.GetProperty("rows").GetInt64(), report.GetProperty("differentRows").GetInt64(), output.GetProperty("flips").GetInt64()));
        Assert.Equal(
            """[{"primary":"bad","candidate":"good","count":5},{"primary":"good","candidate":"good","count":25}]""",
            output.GetProperty("classes").GetRawText());
        Assert.Equal(25, output.GetProperty("differences")[0].GetProperty("count").GetInt64());
        Assert.Equal(1, output.GetProperty("rankCorrelation").GetDouble(), 9);
        Assert.Equal(2, output.GetProperty("worst").GetArrayLength());
        await StopAsync(admin, test);
    }

    [Fact]
    public async Task What_the_ledger_hides_is_hidden_in_examples_and_nothing_is_told_by_its_values()
    {
        using var admin = await host.AdminAsync();
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "shadowing-ledger");
        var model = await ServedAsync(admin, "shadow.ledger");
        var test = await StartAsync(admin, model, new { percent = 50.0, segment = "region", redacted = new[] { "name" } });
        Assert.Equal("region", (await RoutedAsync(router, model)).Compare!.Segment);

        await admin.DoAsync(
            "setEndpointLedger", new { model, environment = "staging", policy = new { share = 0.5, redacted = new[] { "income" }, hashed = new[] { "Region" } } }, "endpoint { revision }");

        await Eventually.Holds(
            async () => (await RoutedAsync(router, model)).Compare is { Segment: null, Redacted: { Length: 3 } redacted } && redacted.SequenceEqual(["name", "income", "Region"]),
            TimeSpan.FromSeconds(10), "a table that hides them");
        await StopAsync(admin, test);
    }

    [Fact]
    public async Task Who_does_not_operate_the_endpoint_is_shown_no_example()
    {
        using var admin = await host.AdminAsync();
        using var viewer = await host.AsAsync(Role.Viewer, "shadow");
        using var stranger = await host.AsAsync(Role.Viewer, "other");
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "shadowing-3");
        var model = await ServedAsync(admin, "shadow.seen");
        var test = await StartAsync(admin, model, new { });
        await RoutedAsync(router, model);
        await router.SendAsync(Found(router, model, compared: 4, flips: 1));
        await Eventually.Is(() => ReportAsync(admin, test), r => r.GetProperty("compared").GetInt64() == 4, what: "The report");

        var seen = await ReportAsync(viewer, test);

        Assert.Equal((1, 0), (seen.GetProperty("outputs")[0].GetProperty("flips").GetInt64(), seen.GetProperty("outputs")[0].GetProperty("worst").GetArrayLength()));
        Assert.Equal(JsonValueKind.Null, (await stranger.QueryAsync("query($id: ID!) { shadowTest(id: $id) { id } }", new { id = test })).GetProperty("shadowTest").ValueKind);
        Assert.Empty((await stranger.QueryAsync("{ shadowTests { nodes { id } } }")).GetProperty("shadowTests").GetProperty("nodes").EnumerateArray());
        await StopAsync(admin, test);
    }

    [Fact]
    public async Task A_stopped_test_keeps_what_was_found_and_takes_the_shadow_from_the_routes()
    {
        using var admin = await host.AdminAsync();
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "shadowing-4");
        var model = await ServedAsync(admin, "shadow.stopped");
        var test = await StartAsync(admin, model, new { });
        await RoutedAsync(router, model);
        var found = Found(router, model, compared: 4, flips: 1);
        await router.SendAsync(found);
        await Eventually.Is(() => ReportAsync(admin, test), r => r.GetProperty("compared").GetInt64() == 4, what: "The report");

        Assert.Equal("STOPPED", await StopAsync(admin, test));

        await Eventually.Holds(() => router.Routes!.Endpoints.Single(e => e.Model == model).Variants.All(v => v.Role == VariantRole.Primary), what: "The shadow gone");
        await router.SendAsync(found with { Pairs = found.Pairs with { Compared = 5 }, Window = new(found.Window.Start, 100) });
        await router.SendAsync(new Pulse(1));
        Assert.Equal(4, (await ReportAsync(admin, test)).GetProperty("compared").GetInt64());
        Assert.Equal("ShadowTestEndedError", (await admin.RefusedAsync("stopShadowTest", new { shadowTest = test }, Selection)).GetProperty("__typename").GetString());
        await using var db = host.Open();
        Assert.Equal(
            ["shadow-test.ended", "shadow-test.started"],
            await db.Events.Where(e => e.Subject == $"endpoint:{model}/staging" && e.Type.StartsWith("shadow-test")).Select(e => e.Type).Order().ToListAsync(Ct));
        Assert.False(await db.Comparisons.AnyAsync(r => r.ShadowTestId == ShadowTestId.From(Id(test)), Ct));
    }

    [Fact]
    public async Task A_comparison_that_comes_while_its_test_closes_leaves_no_row_behind()
    {
        using var admin = await host.AdminAsync();
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "shadowing-late");
        var model = await ServedAsync(admin, "shadow.late");
        var id = ShadowTestId.From(Id(await StartAsync(admin, model, new { })));
        await RoutedAsync(router, model);
        var found = Found(router, model, compared: 4, flips: 1);
        await router.SendAsync(found);
        await Eventually.Holds(async () =>
        {
            await using var read = host.Open();
            return await read.Comparisons.AnyAsync(r => r.ShadowTestId == id, Ct);
        }, what: "The first comparison");

        await using (var db = host.Open())
        {
            var test = await db.ShadowTests.Include(t => t.Version.Model).Include(t => t.Endpoint.Environment).Include(t => t.Endpoint.Variants.Where(v => v.ValidTo == null)).ThenInclude(v => v.Version)
                .SingleAsync(t => t.Id == id, Ct);
            Assert.Null(test.Stop(null, await db.FoundAsync(id, Ct), DateTimeOffset.UtcNow));
            await db.CloseShadowTestAsync(test, Actor.System("tests"), DateTimeOffset.UtcNow, Ct);
            // It is deleted and not committed: this one comes in between.
            await router.SendAsync(found with { Window = new(found.Window.Start, 100) });
            await router.SendAsync(new Applied(AppliedKind.Routes, 2_000_000, DateTimeOffset.UtcNow));
            await Eventually.Holds(async () => await WritersAsync() > 0, what: "a comparison that waits");
            Assert.Null(await db.CommitAsync([], Actor.System("tests"), Ct));
        }

        await Eventually.Holds(async () =>
        {
            await using var read = host.Open();
            return (await read.Routers.AsNoTracking().SingleAsync(r => r.Name == "shadowing-late", Ct)).RoutesRevision == 2_000_000;
        }, what: "What the router said after it");
        await using var after = host.Open();
        Assert.False(await after.Comparisons.AnyAsync(r => r.ShadowTestId == id, Ct));

        async Task<int> WritersAsync()
        {
            await using var read = host.Open();
            return await read.Database.SqlQuery<int>($"""
                select count(*)::int as "Value" from pg_stat_activity where datname = current_database() and state = 'active' and wait_event_type = 'Lock' and query like '%insert into comparisons%'
                """).SingleAsync(Ct);
        }
    }

    [Fact]
    public async Task What_cannot_be_tested_is_refused_by_its_name()
    {
        using var admin = await host.AdminAsync();
        var model = await ServedAsync(admin, "shadow.refused");
        async Task<(string Type, string Message)> Refused(object input)
        {
            var refusal = await admin.RefusedAsync("startShadowTest", input, Selection);
            return (refusal.GetProperty("__typename").GetString()!, refusal.GetProperty("message").GetString()!);
        }

        Assert.Equal("NothingToCompareWithError", (await Refused(new { model, version = 2, environment = "production" })).Type);
        Assert.Equal("VersionAlreadyLiveError", (await Refused(new { model, version = 1, environment = "staging" })).Type);
        Assert.Equal("VersionNotFoundError", (await Refused(new { model, version = 9, environment = "staging" })).Type);
        Assert.StartsWith("percent:", (await Refused(new { model, version = 2, environment = "staging", percent = 0 })).Message, StringComparison.Ordinal);
        Assert.StartsWith("limits:", (await Refused(new { model, version = 2, environment = "staging", limits = new { } })).Message, StringComparison.Ordinal);
        var test = await StartAsync(admin, model, new { });
        Assert.Equal("AlreadyShadowedError", (await Refused(new { model, version = 2, environment = "staging" })).Type);
        var early = await admin.RefusedAsync("promoteShadowCandidate", new { shadowTest = test }, "promotion { id }");
        Assert.Equal("ShadowTestNotPassedError", early.GetProperty("__typename").GetString());
        await StopAsync(admin, test);
    }

    [Fact]
    public async Task A_candidate_that_passed_is_promoted_with_one_call()
    {
        using var admin = await host.AdminAsync();
        var model = await ServedAsync(admin, "shadow.promoted");
        var test = await StartAsync(admin, model, new { });
        await using (var db = host.Open())
        {
            var row = await db.ShadowTests.SingleAsync(t => t.Id == ShadowTestId.From(Id(test)), Ct);
            row.Run(DateTimeOffset.UtcNow);
            row.End(new(ModelHub.Domain.Gates.Verdict.Pass, "", []), ModelHub.Domain.Shadows.Comparison.None, DateTimeOffset.UtcNow);
            Assert.Null(await db.CommitAsync([], Actor.System("tests"), Ct));
        }

        var promoted = await admin.DoAsync("promoteShadowCandidate", new { shadowTest = test }, "promotion { version { number } environment { name } state }");

        Assert.Equal("""{"version":{"number":2},"environment":{"name":"staging"},"state":"REQUESTED"}""", promoted.GetProperty("promotion").GetRawText());
    }

    /// <summary>Version 1 has the traffic, version 2 is ready to be tested.</summary>
    private async Task<string> ServedAsync(ApiClient admin, string name)
    {
        var model = await admin.ModelAsync(name);
        await host.ShiftAsync(model, await host.ReadyVersionAsync(admin, model), "staging");
        await host.ReadyVersionAsync(admin, model);
        return model;
    }

    private static async Task<string> StartAsync(ApiClient admin, string model, object more)
    {
        var input = JsonSerializer.SerializeToNode(more)!.AsObject();
        (input["model"], input["version"], input["environment"]) = (model, 2, "staging");
        var test = (await admin.DoAsync("startShadowTest", input, Selection)).GetProperty("shadowTest");
        Assert.Equal(("PLACING", 2, 1), (test.GetProperty("state").GetString(), test.GetProperty("version").GetProperty("number").GetInt32(), test.GetProperty("against").GetProperty("number").GetInt32()));
        return test.GetProperty("id").GetString()!;
    }

    private static async Task<string?> StopAsync(ApiClient admin, string test) =>
        (await admin.DoAsync("stopShadowTest", new { shadowTest = test }, Selection)).GetProperty("shadowTest").GetProperty("state").GetString();

    private static async Task<JsonElement> ReportAsync(ApiClient client, string test) =>
        (await client.QueryAsync(Report, new { id = test })).GetProperty("shadowTest").GetProperty("report");

    private static async Task<RouteVariant> RoutedAsync(TestPeer router, string model)
    {
        await Eventually.Holds(() => Shadow(router, model) is not null, what: "The shadow in the table");
        return Shadow(router, model)!;
    }

    private static RouteVariant? Shadow(TestPeer router, string model) =>
        router.Routes?.Endpoints.SingleOrDefault(e => e.Model == model)?.Variants.SingleOrDefault(v => v.Role == VariantRole.Shadow);

    private static Wire.Comparison Found(TestPeer router, string model, long compared, long flips, double seconds = 1)
    {
        var endpoint = router.Routes!.Endpoints.Single(e => e.Model == model);
        var (shadow, primary) = (Shadow(router, model)!, endpoint.Variants.Single(v => v.Role == VariantRole.Primary));
        var times = new LatencySketch(300, [compared]);
        return new Wire.Comparison(
            endpoint.EndpointId, shadow.VariantId, shadow.VersionId, primary.VersionId, new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), seconds),
            new(compared, 0, 0, 0, 0, 0, compared, flips), new(times, times, times, LatencySketch.Empty),
            [
                new("label", compared, compared - flips, flips, 0, 0, 1, new(DifferenceScale.Bucket(1), [flips]), new(DifferenceScale.Bucket(1), [flips]), compared, flips,
                    [new("good", "good", compared - flips), new("bad", "good", flips)], [new(1, 1, 1), new(2, 2, 2), new(3, 3, 3)],
                    [new(1, 0, "bad", "good", "[{\"name\":\"redacted\"}]", "{}", "{}", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))]),
            ], []);
    }

    // A global id is the type and the key, in base 64.
    private static Guid Id(string global) => Guid.Parse(System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(global.PadRight((global.Length + 3) / 4 * 4, '='))).Split(':')[^1]);
}
