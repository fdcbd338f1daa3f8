using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Events;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Tests.Api.Control;
using Xunit;

namespace ModelHub.Tests.Api.Hooks;

public sealed class HookTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Continuous_integration_posts_a_check_asks_for_a_promotion_and_follows_it()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("hooked.model");
        var version = await host.ReadyVersionAsync(admin, model);
        using var ci = await host.AsAsync([new Grant(Role.Contributor, "hooked", Grant.Any)], TokenScope.Write);

        using var check = await ci.Http.PostAsJsonAsync("/api/v1/hooks/checks", new { model, version, name = "tests", state = "pass", link = "https://ci.example/7" }, Ct);
        using var asked = await ci.Http.PostAsJsonAsync("/api/v1/hooks/promotions", new { model, version, environment = "staging", idempotencyKey = "run-7" }, Ct);
        using var replay = await ci.Http.PostAsJsonAsync("/api/v1/hooks/promotions", new { model, version, environment = "staging", idempotencyKey = "run-7" }, Ct);

        Assert.Equal(HttpStatusCode.OK, check.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        var body = await asked.Content.ReadAsStringAsync(Ct);
        Assert.Equal(body, await replay.Content.ReadAsStringAsync(Ct));
        var id = JsonDocument.Parse(body).RootElement.GetProperty("promotion").GetString();
        var state = await ci.Http.GetFromJsonAsync<JsonElement>($"/api/v1/hooks/promotions/{id}", Ct);
        Assert.Equal("REQUESTED", state.GetProperty("state").GetString());
    }

    [Fact]
    public async Task Refusals_are_problems_with_their_name_and_fields()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("hooks.refused");
        var version = await host.ReadyVersionAsync(admin, model);
        await admin.Http.PostAsJsonAsync("/api/v1/hooks/promotions", new { model, version, environment = "staging" }, Ct);

        using var second = await admin.Http.PostAsJsonAsync("/api/v1/hooks/promotions", new { model, version, environment = "staging" }, Ct);
        using var absent = await admin.Http.PostAsJsonAsync("/api/v1/hooks/checks", new { model, version = 77, name = "tests", state = "pass" }, Ct);
        using var word = await admin.Http.PostAsJsonAsync("/api/v1/hooks/checks", new { model, version, name = "tests", state = "green" }, Ct);
        using var broken = await admin.Http.PostAsync("/api/v1/hooks/checks", new StringContent("{", null, "application/json"), Ct);

        Assert.Equal(
            [HttpStatusCode.Conflict, HttpStatusCode.NotFound, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest],
            new[] { second, absent, word, broken }.Select(answer => answer.StatusCode));
        Assert.Equal("PROMOTION_IN_PROGRESS", (await second.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("code").GetString());
        Assert.Equal("state", (await word.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("field").GetString());
    }

    [Fact]
    public async Task A_token_of_another_namespace_is_told_403_without_detail()
    {
        using var ci = await host.AsAsync(Role.Contributor, "elsewhere");

        using var answer = await ci.Http.PostAsJsonAsync("/api/v1/hooks/checks", new { model = "hooked.model", version = 1, name = "tests", state = "pass" }, Ct);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.DoesNotContain("hooked", await answer.Content.ReadAsStringAsync(Ct));
    }

    [Fact]
    public async Task A_version_is_registered_and_waited_for_until_a_worker_has_read_it()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("hooks.pushed");
        var digest = await admin.UploadAsync([1, 2, 3]);
        var input = new { model, digest, metrics = new { auc = 0.81 }, tags = new { team = "risk" }, commit = "0123456789abcdef0123456789abcdef01234567", idempotencyKey = "push-1" };

        using var pushed = await admin.Http.PostAsJsonAsync("/api/v1/hooks/versions", input, Ct);
        using var replay = await admin.Http.PostAsJsonAsync("/api/v1/hooks/versions", input, Ct);
        using var malformed = await admin.Http.PostAsJsonAsync("/api/v1/hooks/versions", new { model, digest, data = new[] { "no-number" } }, Ct);
        var waiting = admin.Http.GetFromJsonAsync<JsonElement>($"{pushed.Headers.Location}?wait=30", Ct);
        await using (var db = host.Open())
        {
            var version = await db.Versions.SingleAsync(v => v.Model.Name == model, Ct);
            version.Fail("not a model", DateTimeOffset.UtcNow);
            Assert.Null(await db.CommitAsync(new VersionFailed(model, version.Number, "not a model"), Actor.System("worker"), Ct));
        }

        Assert.Equal(HttpStatusCode.Accepted, pushed.StatusCode);
        Assert.Equal(await pushed.Content.ReadAsStringAsync(Ct), await replay.Content.ReadAsStringAsync(Ct));
        Assert.Equal(("FAILED", "not a model"), ((await waiting).GetProperty("state").GetString(), (await waiting).GetProperty("failure").GetString()));
        Assert.Equal("data", (await malformed.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("field").GetString());
    }

    [Fact]
    public async Task A_promotion_is_waited_for_and_followed_to_its_end_with_the_code_a_script_ends_with()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("hooks.followed");
        var version = await host.ReadyVersionAsync(admin, model);
        using var asked = await admin.Http.PostAsJsonAsync("/api/v1/hooks/promotions", new { model, version, environment = "staging" }, Ct);
        var id = (await asked.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("promotion").GetString();

        var waiting = admin.Http.GetFromJsonAsync<JsonElement>($"{asked.Headers.Location}?wait=30", Ct);
        using var stream = await admin.Http.GetAsync($"{asked.Headers.Location}/events", HttpCompletionOption.ResponseHeadersRead, Ct);
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync(Ct));
        var begin = await reader.ReadLineAsync(Ct);
        await admin.DoAsync("abortPromotion", new { promotion = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"Promotion:{id}")).TrimEnd('='), reason = "changed my mind" }, "promotion { state }");
        var rest = await reader.ReadToEndAsync(Ct);
        var late = await admin.Http.GetFromJsonAsync<JsonElement>($"/api/v1/hooks/promotions/{id}?wait=1", Ct);
        using var tooLong = await admin.Http.GetAsync($"/api/v1/hooks/promotions/{id}?wait=61", Ct);

        Assert.Equal(("ABORTED", true, 1), ((await waiting).GetProperty("state").GetString(), (await waiting).GetProperty("ended").GetBoolean(), (await waiting).GetProperty("exitCode").GetInt32()));
        Assert.Equal("text/event-stream", stream.Content.Headers.ContentType!.MediaType);
        Assert.Equal("event: state", begin);
        Assert.Contains("\"state\":\"REQUESTED\"", rest);
        Assert.Contains("\"state\":\"ABORTED\"", rest[rest.LastIndexOf("data:", StringComparison.Ordinal)..]);
        Assert.Equal("changed my mind", late.GetProperty("reason").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, tooLong.StatusCode);
    }

    [Fact]
    public async Task A_held_promotion_is_told_at_once_with_what_is_missing_and_a_failed_one_with_the_limit_that_decided()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("hooks.judged");
        await host.ShiftAsync(model, await host.ReadyVersionAsync(admin, model), "staging");
        var version = await host.ReadyVersionAsync(admin, model);
        using var asked = await admin.Http.PostAsJsonAsync("/api/v1/hooks/promotions", new { model, version, environment = "staging", plan = "canary" }, Ct);
        var id = PromotionId.From((await asked.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("promotion").GetGuid());
        using var stream = await admin.Http.GetAsync($"{asked.Headers.Location}/events", HttpCompletionOption.ResponseHeadersRead, Ct);
        using var events = new StreamReader(await stream.Content.ReadAsStreamAsync(Ct));

        var waiting = admin.Http.GetFromJsonAsync<JsonElement>($"{asked.Headers.Location}?wait=30", Ct);
        await JudgeAsync(id, Seen(new(0, 0, LatencyCounts.None)), (p, verdict, now) => p.Hold(verdict.Reason, now), enters: true);
        var held = await waiting;
        // What lasts a moment only may be left out of the stream: the next comes once this was told.
        var told = await LinesAsync(events, line => line.Contains("\"held\":true", StringComparison.Ordinal));
        Assert.Contains("\"held\":true", told, StringComparison.Ordinal);
        await JudgeAsync(id, Seen(new(20, 20, LatencyCounts.None)), (p, verdict, now) => p.RollBack(verdict.Reason, now), enters: false);
        var ended = await admin.Http.GetFromJsonAsync<JsonElement>($"{asked.Headers.Location}?wait=30", Ct);
        told = await events.ReadToEndAsync(Ct);

        Assert.Equal((true, false, 0, 3), (held.GetProperty("held").GetBoolean(), held.GetProperty("ended").GetBoolean(), held.GetProperty("stage").GetInt32(), held.GetProperty("exitCode").GetInt32()));
        var missing = Assert.Single(held.GetProperty("verdicts").EnumerateArray());
        Assert.Equal(("INCONCLUSIVE", JsonValueKind.Null), (missing.GetProperty("verdict").GetString(), missing.GetProperty("decidedBy").ValueKind));
        Assert.Contains("missing: 10 requests to the candidate (0 so far)", missing.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal((false, true, 4), (ended.GetProperty("held").GetBoolean(), ended.GetProperty("ended").GetBoolean(), ended.GetProperty("exitCode").GetInt32()));
        var failed = ended.GetProperty("verdicts").EnumerateArray().Last();
        Assert.Equal(("FAIL", "maxErrorRate", 20), (failed.GetProperty("verdict").GetString(), failed.GetProperty("decidedBy").GetString(), failed.GetProperty("samples").GetInt32()));
        Assert.Contains("\"decidedBy\":\"maxErrorRate\"", told, StringComparison.Ordinal);
    }

    /// <returns>all lines up to the first that is it, or to the end</returns>
    private static async Task<string> LinesAsync(StreamReader from, Func<string, bool> last)
    {
        var lines = new StringBuilder();
        while (await from.ReadLineAsync(Ct) is { } line)
        {
            lines.AppendLine(line);
            if (last(line))
                break;
        }
        return lines.ToString();
    }

    /// <summary>What the worker would write down about the first stage.</summary>
    private async Task JudgeAsync(PromotionId id, StageFacts facts, Action<Promotion, StageVerdict, DateTimeOffset> decide, bool enters)
    {
        await using var db = host.Open();
        var now = DateTimeOffset.UtcNow;
        var promotion = await db.Promotions.SingleAsync(p => p.Id == id, Ct);
        if (enters)
        {
            promotion.StartGates(now);
            promotion.StartPlacing(now);
            promotion.EnterStage(0, 1, now);
        }
        var verdict = StageJudgement.Judge(facts, now);
        decide(promotion, verdict, now);
        db.RolloutVerdicts.Add(RolloutVerdict.Keep(id, 0, facts, verdict, now));
        Assert.Null(await db.CommitAsync(
            new PromotionStageJudged(id.Value, "hooks.judged", 2, "staging", 0, verdict.Verdict, verdict.Reason, verdict.Findings), Actor.System("worker"), Ct));
    }

    private static StageFacts Seen(TrafficSum candidate)
    {
        var began = DateTimeOffset.UtcNow.AddSeconds(-2);
        return new(new StageLimits(MaxErrorRate: 0.05), 10, TimeSpan.FromSeconds(1), began, began, DateTimeOffset.UtcNow, new(candidate, TrafficSum.None), new(TrafficSum.None, TrafficSum.None), []);
    }

    [Fact]
    public async Task What_belongs_to_others_is_not_found()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("hooks.hidden");
        var version = await host.ReadyVersionAsync(admin, model);
        using var asked = await admin.Http.PostAsJsonAsync("/api/v1/hooks/promotions", new { model, version, environment = "staging" }, Ct);
        using var other = await host.AsAsync(Role.Contributor, "elsewhere");

        foreach (var path in new[] { $"{asked.Headers.Location}", $"{asked.Headers.Location}/events", $"/api/v1/hooks/versions/{model}/{version}" })
            Assert.Equal(HttpStatusCode.NotFound, (await other.Http.GetAsync(path, Ct)).StatusCode);
    }
}
