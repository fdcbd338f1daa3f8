using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Experiments;
using ModelHub.Protocol;
using ModelHub.Tests.Api.Control;
using ModelHub.Tests.Support;
using Xunit;
using Exposure = ModelHub.Protocol.Exposure;
using Grant = ModelHub.Domain.Access.Grant;
using RouteEndpoint = ModelHub.Protocol.RouteEndpoint;
using VariantRole = ModelHub.Protocol.VariantRole;

namespace ModelHub.Tests.Api.Experiments;

public sealed class ExperimentApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Selection = "experiment { id state arms { number name share version { number } } }";
    private const string Report = """
        query($id: ID!) { experiment(id: $id) { state reason winner { name } report { totals { arm exposed measured mean } comparisons { arm difference standing } ratios { of isMismatch } } } }
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_counts_once_whichever_router_tells_it_how_often_and_its_first_arm_and_value_stand()
    {
        using var admin = await host.AdminAsync();
        await using var one = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "exposing-1");
        await using var two = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "exposing-2");
        var (model, id) = await RunningAsync(admin, "experiment.counted", metric: new { output = "y" });
        var route = await RoutedAsync(one, model);
        Assert.Equal((StickySource.Cookie, "visitor", "y"), (route.Experiment!.Key.Source, route.Experiment.Key.Name, route.Experiment.Metric!.Output));
        var (control, arm) = (route.Variants.Single(v => v.Role == VariantRole.Primary), route.Variants.Single(v => v.Role == VariantRole.Arm));
        Assert.Equal((60.0, 40.0), (control.Weight, arm.Weight));

        await one.SendAsync(new Exposures(route.Experiment.Id, [Told("ada", control), Told("bob", arm, 4), Told("bob", arm, 9)]));
        await CountedAsync(admin, id, """[{"arm":0,"exposed":1,"measured":0,"mean":null},{"arm":1,"exposed":1,"measured":1,"mean":4}]""");
        await two.SendAsync(new Exposures(route.Experiment.Id, [Told("ada", control, 2), Told("bob", control, 7), Told("eve", arm)]));
        await CountedAsync(admin, id, """[{"arm":0,"exposed":1,"measured":1,"mean":2},{"arm":1,"exposed":2,"measured":1,"mean":4}]""");
        await one.SendAsync(new Exposures(route.Experiment.Id, [Told("ada", control, 3), Told("cat", control with { VariantId = Guid.CreateVersion7() })]));
        await two.SendAsync(new Exposures(Guid.CreateVersion7(), [Told("dan", control)]));
        await one.SendAsync(new Exposures(route.Experiment.Id, [Told("last", control, 4)]));

        await CountedAsync(admin, id, """[{"arm":0,"exposed":2,"measured":2,"mean":3},{"arm":1,"exposed":2,"measured":1,"mean":4}]""");
        await StopAsync(admin, id);

        Exposure Told(string key, RouteVariant variant, double? value = null) =>
            new(UnitHash.OfKey(route.Experiment.Salt, key), UnitHash.OfRequest(route.Experiment.Salt, "first-" + key), variant.VariantId, DateTimeOffset.UtcNow, value);
    }

    [Fact]
    public async Task Labels_may_come_early_late_twice_and_corrected_by_key_or_by_request()
    {
        using var admin = await host.AdminAsync();
        using var app = await host.AsAsync([new Grant(Role.Contributor, "experiment", Grant.Any)], TokenScope.Infer);
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "exposing-3");
        var (model, id) = await RunningAsync(admin, "experiment.labelled");
        var route = await RoutedAsync(router, model);
        var salt = route.Experiment!.Salt;
        var (control, arm) = (route.Variants.Single(v => v.Role == VariantRole.Primary), route.Variants.Single(v => v.Role == VariantRole.Arm));
        var day = new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

        await PostAsync(app, id, new { key = "early", value = 1.0, at = day });
        await router.SendAsync(new Exposures(route.Experiment.Id,
        [
            .. new[] { ("early", control), ("ada", control), ("bob", arm), ("none", arm) }
                .Select(t => new Exposure(UnitHash.OfKey(salt, t.Item1), UnitHash.OfRequest(salt, "order-" + t.Item1), t.Item2.VariantId, DateTimeOffset.UtcNow)),
        ]));
        await PostAsync(app, id, new { key = "ada", value = 5.0, at = day.AddDays(2) }, new { key = "ada", value = 9.0, at = day });
        await PostAsync(app, id, new { key = "ada", value = 7.0, at = day.AddDays(1) });
        await PostAsync(app, id, new { request = "order-bob", value = 3.0, at = day });
        await PostAsync(app, id, new { request = "order-bob", value = 3.0, at = day });
        await PostAsync(app, id, new { key = "stranger", value = 100.0 });
        // Any request whose id the router made will do.
        await PostAsync(app, id, new { request = UnitHash.Tell(Guid.CreateVersion7().ToString("n"), UnitHash.OfKey(salt, "none")), value = 5.0, at = day });

        await CountedAsync(admin, id, """[{"arm":0,"exposed":2,"measured":2,"mean":3},{"arm":1,"exposed":2,"measured":2,"mean":4}]""");
        var corrected = await admin.DoAsync("recordLabels", new { experiment = id, labels = new[] { new { key = "bob", value = 8.0, at = day.AddDays(1) } } }, "experiment { id }");
        Assert.Equal(id, corrected.GetProperty("experiment").GetProperty("id").GetString());
        await CountedAsync(admin, id, """[{"arm":0,"exposed":2,"measured":2,"mean":3},{"arm":1,"exposed":2,"measured":2,"mean":6.5}]""");
        await using (var db = host.Open())
            Assert.DoesNotContain(await db.ExperimentLabels.Select(l => l.Subject).ToListAsync(Ct), subject => subject == Guid.Empty);
        await StopAsync(admin, id);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(app, id, new { key = "ada", value = 1.0 })).StatusCode);
    }

    [Fact]
    public async Task Labels_that_are_none_and_callers_who_may_not_are_refused()
    {
        using var admin = await host.AdminAsync();
        using var viewer = await host.AsAsync(Role.Viewer, "experiment");
        using var stranger = await host.AsAsync([new Grant(Role.Contributor, "other", Grant.Any)], TokenScope.Infer);
        var (_, id) = await RunningAsync(admin, "experiment.refusing");
        async Task<string?> FieldAsync(params object[] labels)
        {
            using var answer = await SendAsync(admin, id, labels);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            return (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("field").GetString();
        }

        Assert.Equal("labels", await FieldAsync());
        Assert.Equal("labels", await FieldAsync(new { key = "a" }));
        Assert.Equal("labels", await FieldAsync(new { key = "a", request = "b", value = 1 }));
        Assert.Equal("labels.key", await FieldAsync(new { key = new string('k', 257), value = 1 }));
        Assert.Equal("labels.value", await FieldAsync(new { key = "a", value = 1e13 }));
        Assert.Equal("labels", await FieldAsync([.. Enumerable.Range(0, ExperimentLabel.MostAtOnce + 1).Select(i => new { key = $"{i}", value = 1 })]));
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(viewer, id, new { key = "a", value = 1 })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(stranger, id, new { key = "a", value = 1 })).StatusCode);
        await StopAsync(admin, id);

        var (_, answers) = await RunningAsync(admin, "experiment.answers", new { output = "y" });
        using var conflict = await SendAsync(admin, answers, new { key = "a", value = 1 });
        Assert.Equal("LABELS_NOT_COUNTED", (await conflict.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("code").GetString());
        await StopAsync(admin, answers);
    }

    [Fact]
    public async Task While_it_shares_the_traffic_no_promotion_and_no_other_experiment_begins_and_only_a_winner_is_promoted()
    {
        using var admin = await host.AdminAsync();
        var (model, id) = await RunningAsync(admin, "experiment.alone");

        Assert.Equal("ExperimentInProgressError", await RefusedAsync(admin, "promoteVersion", new { model, version = 2, environment = "staging" }, "promotion { id }"));
        Assert.Equal("ExperimentInProgressError", await RefusedAsync(admin, "startExperiment", Input(model), Selection));
        Assert.Equal("ExperimentNotWonError", await RefusedAsync(admin, "promoteExperimentWinner", new { experiment = id }, "promotion { id }"));

        await using (var db = host.Open())
        {
            var experiment = await ModelHub.Database.ModelHubDb.WholeExperiments(db.Experiments).SingleAsync(e => e.Id == ExperimentId.From(Id(id)), Ct);
            experiment.End(experiment.Judge([new(0, 500, 500, 0.1, 0.09), new(1, 334, 334, 0.5, 0.25)]), DateTimeOffset.UtcNow);
            Assert.Null(await db.CommitAsync(await db.CloseExperimentAsync(experiment, Actor.System("tests"), DateTimeOffset.UtcNow, Ct), Actor.System("tests"), Ct));
        }
        var ended = (await admin.QueryAsync(Report, new { id })).GetProperty("experiment");
        Assert.Equal(("CONCLUDED", "new"), (ended.GetProperty("state").GetString(), ended.GetProperty("winner").GetProperty("name").GetString()));
        var promoted = await admin.DoAsync("promoteExperimentWinner", new { experiment = id }, "promotion { version { number } environment { name } state }");

        Assert.Equal("""{"version":{"number":2},"environment":{"name":"staging"},"state":"REQUESTED"}""", promoted.GetProperty("promotion").GetRawText());
        Assert.Equal("ExperimentEndedError", await RefusedAsync(admin, "stopExperiment", new { experiment = id }, Selection));
    }

    [Fact]
    public async Task What_cannot_be_shared_is_refused_by_its_name_and_nobody_sees_what_he_may_not()
    {
        using var admin = await host.AdminAsync();
        using var stranger = await host.AsAsync(Role.Viewer, "other");
        var model = await ServedAsync(admin, "experiment.unsound");
        async Task<string> MessageAsync(object input) => (await admin.RefusedAsync("startExperiment", input, Selection)).GetProperty("message").GetString()!;

        Assert.StartsWith("arms.share:", await MessageAsync(Input(model, share: 30)), StringComparison.Ordinal);
        Assert.StartsWith("key:", await MessageAsync(Input(model, key: new { header = "a", cookie = "b" })), StringComparison.Ordinal);
        Assert.StartsWith("metric.output:", await MessageAsync(Input(model, metric: new { output = "nowhere" })), StringComparison.Ordinal);
        Assert.Equal("EnvironmentNotFoundError", await RefusedAsync(admin, "startExperiment", Input(model, environment: "nowhere"), Selection));
        Assert.Equal("NothingLiveError", await RefusedAsync(admin, "startExperiment", Input(model, environment: "production"), Selection));
        Assert.Equal("VersionNotFoundError", await RefusedAsync(admin, "startExperiment", Input(model, version: 9), Selection));

        var (_, id) = await RunningAsync(admin, "experiment.hidden");
        Assert.Equal(JsonValueKind.Null, (await stranger.QueryAsync("query($id: ID!) { experiment(id: $id) { id } }", new { id })).GetProperty("experiment").ValueKind);
        Assert.Empty((await stranger.QueryAsync("{ experiments { nodes { id } } }")).GetProperty("experiments").GetProperty("nodes").EnumerateArray());
        await StopAsync(admin, id);
    }

    private async Task<string> ServedAsync(ApiClient admin, string name)
    {
        var model = await admin.ModelAsync(name);
        await host.ShiftAsync(model, await host.ReadyVersionAsync(admin, model), "staging");
        await host.ReadyVersionAsync(admin, model);
        return model;
    }

    /// <summary>Version 1 is the control with 60 percent; what the worker does when the arms are ready is done by hand.</summary>
    private async Task<(string Model, string Id)> RunningAsync(ApiClient admin, string name, object? metric = null)
    {
        var model = await ServedAsync(admin, name);
        var started = (await admin.DoAsync("startExperiment", Input(model, metric: metric), Selection)).GetProperty("experiment");
        Assert.Equal(
            """{"state":"PREPARING","arms":[{"number":0,"name":"old","share":60,"version":{"number":1}},{"number":1,"name":"new","share":40,"version":{"number":2}}]}""",
            JsonSerializer.Serialize(new { state = started.GetProperty("state"), arms = started.GetProperty("arms") }));
        var id = started.GetProperty("id").GetString()!;
        await using var db = host.Open();
        var experiment = await ModelHub.Database.ModelHubDb.WholeExperiments(db.Experiments).SingleAsync(e => e.Id == ExperimentId.From(Id(id)), Ct);
        Assert.Null(await db.CommitAsync(await db.RunExperimentAsync(experiment, Actor.System("tests"), DateTimeOffset.UtcNow, Ct), Actor.System("tests"), Ct));
        return (model, id);
    }

    private static object Input(string model, string environment = "staging", int version = 2, double share = 40, object? key = null, object? metric = null) => new
    {
        model,
        environment,
        arms = new object[] { new { name = "new", version, share }, new { name = "old", version = 1, share = 60 } },
        key = key ?? new { cookie = "visitor" },
        metric,
    };

    private static async Task<string?> RefusedAsync(ApiClient client, string mutation, object input, string selection) =>
        (await client.RefusedAsync(mutation, input, selection)).GetProperty("__typename").GetString();

    private static async Task StopAsync(ApiClient admin, string id) => await admin.DoAsync("stopExperiment", new { experiment = id }, Selection);

    private static Task CountedAsync(ApiClient client, string id, string totals) => Eventually.Is(
        async () => (await client.QueryAsync(Report, new { id })).GetProperty("experiment").GetProperty("report").GetProperty("totals").GetRawText(),
        found => found == totals, what: totals);

    private static async Task PostAsync(ApiClient client, string id, params object[] labels)
    {
        using var answer = await SendAsync(client, id, labels);
        Assert.Equal($$"""{"labels":{{labels.Length}}}""", await answer.Content.ReadAsStringAsync(Ct));
    }

    private static Task<HttpResponseMessage> SendAsync(ApiClient client, string id, params object[] labels) =>
        client.Http.PostAsJsonAsync($"/api/v1/experiments/{Id(id)}/labels", new { labels }, Ct);

    private static async Task<RouteEndpoint> RoutedAsync(TestPeer router, string model)
    {
        RouteEndpoint? Found() => router.Routes?.Endpoints.SingleOrDefault(e => e.Model == model && e.Experiment is not null);
        await Eventually.Holds(() => Found() is not null, what: "The experiment in the table");
        return Found()!;
    }

    // A global id is the type and the key, in base 64.
    private static Guid Id(string global) => Guid.Parse(System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(global.PadRight((global.Length + 3) / 4 * 4, '='))).Split(':')[^1]);
}
