using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Rollouts;
using ModelHub.Domain.Access;
using ModelHub.Domain.Rollouts;
using ModelHub.Protocol;
using ModelHub.Tests.Api.Control;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Api.Promotions;

/// <summary>What people do to a promotion that has a share of the traffic; the worker's part is done by hand.</summary>
public sealed class RollingOutTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_plan_of_ones_own_is_kept_whole_and_what_it_cannot_do_is_refused_by_name()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("planned.model");
        var version = await host.ReadyVersionAsync(admin, model);
        object Document(object stage) => new { name = "own", stages = new[] { stage, new { stage = "live" } } };
        var canary = new { stage = "canary", weight = 5, hold = "30s", minimumSamples = 200, maximumTime = "10m", limits = new { maxErrorRate = 0.01 } };

        var refused = await admin.RefusedAsync(
            "promoteVersion", new { model, version, environment = "staging", planDocument = Document(new { stage = "canary", canaryTrafficPercent = 5 }) }, "promotion { id }");
        var opened = await admin.DoAsync("promoteVersion", new { model, version, environment = "staging", planDocument = Document(canary) }, "promotion { plan planDocument }");

        Assert.Contains("planDocument.stages[0]", refused.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("own", opened.GetProperty("promotion").GetProperty("plan").GetString());
        Assert.Equal("30s", opened.GetProperty("promotion").GetProperty("planDocument").GetProperty("stages")[0].GetProperty("hold").GetString());
    }

    [Fact]
    public async Task Aborting_gives_the_traffic_back_and_routers_hear_of_it()
    {
        using var admin = await host.AdminAsync();
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "aborting");
        var (model, id) = await RollingAsync(admin, "aborted.model");
        await Eventually.Holds(() => Weights(router, model) == "10|90 True", what: "the shares in the table, with the primary's help");

        await admin.DoAsync("abortPromotion", new { promotion = id, reason = "no more" }, "promotion { state }");

        await Eventually.Holds(() => Weights(router, model) == "100 False", what: "all traffic back");
        var read = await ReadAsync(admin, id);
        Assert.Equal(("ABORTED", "ABORTED", "no more"), (read.GetProperty("state").GetString(), Stage(read, "outcome"), Stage(read, "reason")));
    }

    [Fact]
    public async Task It_is_paused_resumed_and_a_stage_skipped_each_with_its_event()
    {
        using var admin = await host.AdminAsync();
        var (_, id) = await RollingAsync(admin, "handled.model");

        await admin.DoAsync("pausePromotion", new { promotion = id, reason = "a look" }, "promotion { pausedBy }");
        var twice = await admin.RefusedAsync("pausePromotion", new { promotion = id }, "promotion { id }");
        await admin.DoAsync("resumePromotion", new { promotion = id }, "promotion { pausedAt }");
        var awake = await admin.RefusedAsync("resumePromotion", new { promotion = id }, "promotion { id }");
        await admin.DoAsync("skipStage", new { promotion = id, reason = "known" }, "promotion { reason }");
        var again = await admin.RefusedAsync("skipStage", new { promotion = id }, "promotion { id }");

        Assert.Equal(["NOT_PAUSABLE", "NOT_PAUSED", "NO_STAGE_TO_SKIP"], new[] { twice, awake, again }.Select(e => e.GetProperty("code").GetString()));
        await using var db = host.Open();
        Assert.Equal(
            ["promotion.paused", "promotion.resumed", "promotion.stage-skipped"],
            await db.Events.Where(e => e.Type == "promotion.paused" || e.Type == "promotion.resumed" || e.Type == "promotion.stage-skipped").OrderBy(e => e.Sequence).Select(e => e.Type).ToListAsync(Ct));
    }

    [Fact]
    public async Task A_version_that_was_rolled_back_is_blocked_there_until_an_approver_lifts_it()
    {
        using var admin = await host.AdminAsync();
        using var contributor = await host.AsAsync(Role.Contributor);
        var model = await admin.ModelAsync("bad.model");
        var version = await host.ReadyVersionAsync(admin, model);
        await using (var db = host.Open())
        {
            var place = await db.Environments.SingleAsync(e => e.Name == "staging", Ct);
            var known = await db.Versions.SingleAsync(v => v.Model.Name == model, Ct);
            Assert.Null(await db.CommitAsync(await db.BlockAsync(new(known.Id, model, version), place, null, "all failed", Actor.System("worker"), DateTimeOffset.UtcNow, Ct), Actor.System("worker"), Ct));
        }

        var blocked = await admin.RefusedAsync("promoteVersion", new { model, version, environment = "staging" }, "promotion { id }");
        Assert.Equal("VERSION_BLOCKED", blocked.GetProperty("code").GetString());
        Assert.Contains("system:worker (all failed)", blocked.GetProperty("message").GetString(), StringComparison.Ordinal);
        await admin.DoAsync("liftBlock", new { model, version, environment = "staging", reason = "data was wrong, not the model" }, "versionBlock { liftedBy }");
        var nothing = await admin.RefusedAsync("liftBlock", new { model, version, environment = "staging" }, "versionBlock { liftedBy }");

        Assert.Equal("VERSION_NOT_BLOCKED", nothing.GetProperty("code").GetString());
        await admin.DoAsync("promoteVersion", new { model, version, environment = "staging" }, "promotion { id }");
        var read = await contributor.QueryAsync("query($m: String!, $v: Int!) { version(model: $m, version: $v) { blocks { reason by liftReason environment { name } } } }", new { m = model, v = version });
        Assert.Equal("""{"reason":"all failed","by":"system:worker","liftReason":"data was wrong, not the model","environment":{"name":"staging"}}""", read.GetProperty("version").GetProperty("blocks")[0].GetRawText());
    }

    private static string? Stage(JsonElement promotion, string field) => promotion.GetProperty("stages")[0].GetProperty(field).GetString();

    private static async Task<JsonElement> ReadAsync(ApiClient client, string id) =>
        (await client.QueryAsync("query($id: ID!) { promotion(id: $id) { state stages { kind weight outcome reason by } verdicts { stage verdict facts } } }", new { id })).GetProperty("promotion");

    private static string? Weights(TestPeer router, string model) =>
        router.Routes?.Endpoints.SingleOrDefault(e => e.Model == model) is { } endpoint
            ? $"{string.Join('|', endpoint.Variants.Select(v => v.Weight).Order())} {endpoint.Traffic?.CanaryFallsBack == true}"
            : null;

    /// <summary>Version 1 has the traffic of staging but for the tenth that version 2 has.</summary>
    private async Task<(string Model, string Id)> RollingAsync(ApiClient admin, string name)
    {
        var model = await admin.ModelAsync(name);
        await host.ShiftAsync(model, await host.ReadyVersionAsync(admin, model), "staging");
        var version = await host.ReadyVersionAsync(admin, model);
        var opened = await admin.DoAsync("promoteVersion", new { model, version, environment = "staging", plan = "canary" }, "promotion { id }");
        await using var db = host.Open();
        var now = DateTimeOffset.UtcNow;
        var promotion = await db.Promotions.Include(p => p.Version.Model).Include(p => p.Environment).SingleAsync(p => p.Version.Model.Name == model, Ct);
        await db.Endpoints.WithHistory().SingleAsync(e => e.Id == promotion.EndpointId, Ct);
        promotion.StartGates(now);
        promotion.StartPlacing(now);
        var (routes, events) = await new SplitTraffic(db, promotion, Actor.System("tests"), now).ToAsync((Stage.Canary)promotion.Rollout.Stages[0], 1, Ct);
        promotion.EnterStage(0, routes, now);
        Assert.Null(await db.CommitAsync(events, Actor.System("tests"), Ct));
        return (model, opened.GetProperty("promotion").GetProperty("id").GetString()!);
    }
}
