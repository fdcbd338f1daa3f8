using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Events;
using ModelHub.Domain.Gates;
using Xunit;

namespace ModelHub.Tests.Api.Environments;

/// <summary>Dry runs, backtests and the verification of evidence: questions that change nothing.</summary>
public sealed class TryPolicyTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string DryRun =
        """
        query($environment: String!, $model: String!, $version: Int!, $draft: PolicyInput) {
          dryRunPolicy(environment: $environment, model: $model, version: $version, draft: $draft) { verdict against approvals frozen gates { gate verdict reason inputs } } }
        """;

    private const string Backtest =
        """
        query($environment: String!, $draft: PolicyInput, $since: DateTime, $first: Int) {
          backtestPolicy(environment: $environment, draft: $draft, since: $since, first: $first) {
            leftOff sums { promotions same wouldBeRefused wouldBeLetIn wouldWait gates { gate pass fail inconclusive notRecorded } }
            differences { promotion version then now because { gate reason recorded } } } }
        """;

    private const string Review =
        """
        query($environment: String!, $draft: PolicyInput, $first: Int! = 20) {
          reviewPolicy(environment: $environment, draft: $draft, first: $first) {
            policyDigest changes leftOff freezing { name action }
            promotions { promotion model version state verdict approved approvalsNeeded because { gate verdict } } }
          environment(name: $environment) { policyDigest underWay { waiting moving } } }
        """;

    private const string Verify = "query($id: ID!) { verifyEvidence(promotion: $id) { agrees evidence { gate stored recomputed fault } } }";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dry_run_gives_the_verdict_of_every_gate_and_leaves_nothing()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("dry.model");
        var version = await host.ReadyVersionAsync(admin, model);
        await admin.DoAsync("updateVersion", new { model, version, metrics = new[] { new { name = "auc", value = 0.8 } } }, "version { number }");
        await admin.DoAsync("postCheck", new { model, version, name = "unit", state = "FAIL" }, "check { name }");
        var before = await RowsAsync();

        var draft = new { approvals = 1, metricLimits = new[] { new { metric = "auc", min = 0.7 } }, requiredChecks = new[] { "unit" }, maxDataAge = "P30D", shadowTest = new { maxAge = "P7D" }, fromEnvironmentBefore = true };
        var run = (await admin.QueryAsync(DryRun, new { environment = "production", model, version, draft })).GetProperty("dryRunPolicy");

        Assert.Equal(
            [
                "artifact PASS", "signature PASS", "metric-limit:auc PASS", "check:unit FAIL", "promoted-from:staging FAIL", "data-age INCONCLUSIVE",
                "shadow-test PASS",
            ],
            run.GetProperty("gates").EnumerateArray().Select(g => $"{g.GetProperty("gate").GetString()} {g.GetProperty("verdict").GetString()}"));
        Assert.Equal("FAIL", run.GetProperty("verdict").GetString());
        Assert.Equal(before, await RowsAsync());
    }

    [Fact]
    public async Task A_draft_that_could_not_be_adopted_is_refused_by_the_name_of_the_setting()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("faulty.model");
        var version = await host.ReadyVersionAsync(admin, model);

        foreach (var (draft, code, word) in new (object, string, string)[]
                 {
                     (new { approvals = 99 }, "INVALID_INPUT", "policy.approvals"),
                     (new { approvals = 0, promotionFrom = "production" }, "INVALID_INPUT", "policy.promotionFrom"),
                     (new { approvals = 0, promotionFrom = "moon" }, "ENVIRONMENT_NOT_FOUND", "moon"),
                     (new { approvals = 0, defaultPlan = "big-bang" }, "PLAN_NOT_SUPPORTED", "big-bang"),
                     (new { approvals = 0, defaultPlan = new { name = "mine", stages = new[] { new { stage = "live", canaryTrafficPercent = 10 } } } }, "INVALID_INPUT", "canaryTrafficPercent"),
                     (new { approvals = 0, canaryTrafficPercent = 10 }, "INVALID_VARIABLE", "canaryTrafficPercent"),
                 })
        {
            var error = (await admin.RawAsync(DryRun, new { environment = "production", model, version, draft })).GetProperty("errors")[0];
            Assert.Equal(code, error.GetProperty("extensions").GetProperty("code").GetString());
            Assert.Contains(word, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_the_caller_may_not_read_is_neither_run_nor_counted()
    {
        using var admin = await host.AdminAsync();
        using var elsewhere = await host.AsAsync(Role.Viewer, "open");
        await JudgedAsync(admin, "closed.model", 0.9);
        await admin.ModelAsync("open.model");

        var hidden = await elsewhere.RawAsync(DryRun, new { environment = "staging", model = "closed.model", version = 1 });
        var test = (await elsewhere.QueryAsync(Backtest, new { environment = "staging", draft = new { approvals = 0 } })).GetProperty("backtestPolicy");

        Assert.Equal("VERSION_NOT_FOUND", hidden.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        Assert.Equal(0, test.GetProperty("sums").GetProperty("promotions").GetInt32());
    }

    [Fact]
    public async Task A_backtest_tells_what_a_draft_would_have_decided_differently_and_writes_nothing()
    {
        using var admin = await host.AdminAsync();
        await admin.DoAsync("createEnvironment", new { name = "tested", rank = 60 }, "environment { name }");
        var weak = await JudgedAsync(admin, "weak.model", 0.6, "tested");
        await JudgedAsync(admin, "strong.model", 0.9, "tested");
        await JudgedAsync(admin, "blind.model", null, "tested", facts: false);
        var before = await RowsAsync();

        var draft = new { approvals = 0, metricLimits = new[] { new { metric = "auc", min = 0.7 } } };
        var test = (await admin.QueryAsync(Backtest, new { environment = "tested", draft })).GetProperty("backtestPolicy");
        var cut = (await admin.QueryAsync(Backtest, new { environment = "tested", draft, first = 1 })).GetProperty("backtestPolicy");
        var tooLong = await admin.RawAsync(Backtest, new { environment = "tested", draft, since = "2020-01-01T00:00:00Z" });

        var sums = test.GetProperty("sums");
        Assert.Equal(
            (3, 1, 1, 0, 1),
            (Count(sums, "promotions"), Count(sums, "same"), Count(sums, "wouldBeRefused"), Count(sums, "wouldBeLetIn"), Count(sums, "wouldWait")));
        var gate = sums.GetProperty("gates").EnumerateArray().Single(g => g.GetProperty("gate").GetString() == "metric-limit:auc");
        Assert.Equal((1, 1, 1, 1), (Count(gate, "pass"), Count(gate, "fail"), Count(gate, "inconclusive"), Count(gate, "notRecorded")));
        var refused = test.GetProperty("differences").EnumerateArray().Single(d => d.GetProperty("now").GetString() == "FAIL");
        Assert.Equal(weak, refused.GetProperty("promotion").GetString());
        Assert.Contains("at least 0.7", refused.GetProperty("because")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal((1, 1), (cut.GetProperty("differences").GetArrayLength(), Count(cut, "leftOff")));
        Assert.Equal("INVALID_INPUT", tooLong.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        Assert.Equal(before, await RowsAsync());
    }

    [Fact]
    public async Task A_review_tells_what_becomes_of_the_promotions_under_way_and_writes_nothing()
    {
        using var admin = await host.AdminAsync();
        using var elsewhere = await host.AsAsync(Role.Viewer, "open");
        await admin.DoAsync("createEnvironment", new { name = "reviewed", rank = 61 }, "environment { name }");
        var weak = await JudgedAsync(admin, "reviewed.weak", 0.6, "reviewed");
        await JudgedAsync(admin, "reviewed.strong", 0.9, "reviewed");
        var before = await RowsAsync();

        var always = new { name = "always", days = new[] { "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY" }, from = "00:00", to = "00:00", timeZone = "UTC" };
        var draft = new { approvals = 2, metricLimits = new[] { new { metric = "auc", min = 0.7 } }, freeze = new { weekly = new[] { always } } };
        var asked = await admin.QueryAsync(Review, new { environment = "reviewed", draft });
        var standing = (await admin.QueryAsync(Review, new { environment = "reviewed" })).GetProperty("reviewPolicy");
        var cut = (await admin.QueryAsync(Review, new { environment = "reviewed", draft, first = 1 })).GetProperty("reviewPolicy");
        var hidden = (await elsewhere.QueryAsync(Review, new { environment = "reviewed", draft }));
        var unfit = (await admin.RawAsync(Review, new { environment = "reviewed", draft = new { approvals = 99 } })).GetProperty("errors")[0];

        var review = asked.GetProperty("reviewPolicy");
        Assert.True(review.GetProperty("changes").GetBoolean());
        Assert.Equal("always", review.GetProperty("freezing").GetProperty("name").GetString());
        Assert.Equal(["reviewed.weak FAIL 0/2", "reviewed.strong PASS 0/2"], review.GetProperty("promotions").EnumerateArray()
            .Select(p => $"{p.GetProperty("model").GetString()} {p.GetProperty("verdict").GetString()} {Count(p, "approved")}/{Count(p, "approvalsNeeded")}"));
        Assert.Equal(weak, review.GetProperty("promotions")[0].GetProperty("promotion").GetString());
        Assert.Equal("metric-limit:auc", Assert.Single(review.GetProperty("promotions")[0].GetProperty("because").EnumerateArray()).GetProperty("gate").GetString());
        Assert.Equal("""{"waiting":0,"moving":2}""", asked.GetProperty("environment").GetProperty("underWay").GetRawText());
        Assert.False(standing.GetProperty("changes").GetBoolean());
        Assert.Equal(asked.GetProperty("environment").GetProperty("policyDigest").GetString(), standing.GetProperty("policyDigest").GetString());
        Assert.Equal((1, 1), (cut.GetProperty("promotions").GetArrayLength(), Count(cut, "leftOff")));
        Assert.Equal((0, 0), (hidden.GetProperty("reviewPolicy").GetProperty("promotions").GetArrayLength(), Count(hidden.GetProperty("reviewPolicy"), "leftOff")));
        Assert.Equal("""{"waiting":0,"moving":0}""", hidden.GetProperty("environment").GetProperty("underWay").GetRawText());
        Assert.Contains("policy.approvals", unfit.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(before, await RowsAsync());
    }

    [Fact]
    public async Task An_environment_tells_the_freeze_that_holds_and_the_one_that_comes()
    {
        using var admin = await host.AdminAsync();
        var now = DateTimeOffset.UtcNow;
        var freeze = new
        {
            action = "REFUSE",
            dated = new[] { new { name = "now", from = now.AddHours(-1), until = now.AddHours(1) }, new { name = "later", from = now.AddDays(2), until = now.AddDays(3) } },
        };
        await admin.DoAsync("createEnvironment", new { name = "frozen", rank = 62, policy = new { approvals = 0, freeze } }, "environment { name }");

        var told = await admin.QueryAsync("""{ environment(name: "frozen") { freezing { name until action } nextFreeze { name from until action } } open: environment(name: "staging") { freezing { name } nextFreeze { name } } }""");

        var frozen = told.GetProperty("environment");
        Assert.Equal(("now", "REFUSE"), (frozen.GetProperty("freezing").GetProperty("name").GetString(), frozen.GetProperty("freezing").GetProperty("action").GetString()));
        Assert.Equal("later", frozen.GetProperty("nextFreeze").GetProperty("name").GetString());
        Assert.InRange(frozen.GetProperty("nextFreeze").GetProperty("from").GetDateTimeOffset(), now.AddDays(2).AddSeconds(-1), now.AddDays(2).AddSeconds(1));
        Assert.Equal("""{"freezing":null,"nextFreeze":null}""", told.GetProperty("open").GetRawText());
    }

    [Theory]
    [InlineData("update gate_evidence set verdict = 'Fail' where gate = 'artifact' and promotion_id = {0}", "its inputs give Pass")]
    [InlineData("update gate_evidence set reason = 'looked fine' where gate = 'artifact' and promotion_id = {0}", "its inputs give Pass")]
    [InlineData("update gate_evidence set inputs = jsonb_set(inputs, '{{digest}}', '\"other\"') where gate = 'artifact' and promotion_id = {0}", "the log has other inputs")]
    [InlineData("update gate_evidence set policy_digest = 'other' where gate = 'artifact' and promotion_id = {0}", "no policy of the environment")]
    [InlineData("delete from gate_evidence where gate = 'artifact' and promotion_id = {0}", "the log knows of it")]
    [InlineData("update gate_evidence set gate = 'check:artifact' where gate = 'artifact' and promotion_id = {0}", "its inputs are those of artifact")]
    public async Task Evidence_that_somebody_changed_is_found(string change, string fault)
    {
        using var admin = await host.AdminAsync();
        var id = await JudgedAsync(admin, $"changed-{Guid.NewGuid():n}.model", 0.9);
        var sound = (await admin.QueryAsync(Verify, new { id })).GetProperty("verifyEvidence");
        Assert.True(sound.GetProperty("agrees").GetBoolean(), $"{sound}");

        await using var db = host.Open();
        var promotion = (await db.Promotions.OrderByDescending(p => p.RequestedAt).FirstAsync(Ct)).Id.Value;
        await db.Database.ExecuteSqlRawAsync(change, [promotion], Ct);

        var found = (await admin.QueryAsync(Verify, new { id })).GetProperty("verifyEvidence");
        Assert.False(found.GetProperty("agrees").GetBoolean());
        Assert.Contains(found.GetProperty("evidence").EnumerateArray(), row => row.GetProperty("fault").GetString()?.StartsWith(fault, StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Nobody_declares_the_champion_of_a_model_that_is_served()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("declared.model");
        var version = await host.ReadyVersionAsync(admin, model);

        await admin.DoAsync("setAlias", new { model, alias = "champion", version }, "alias { name }");
        await ServeAsync(model, "staging");
        await admin.DoAsync("setAlias", new { model, alias = "champion", version }, "alias { name }");
        await ServeAsync(model, await LastEnvironmentAsync());
        var set = await admin.RefusedAsync("setAlias", new { model, alias = "champion", version }, "alias { name }");
        var removed = await admin.RefusedAsync("removeAlias", new { model, alias = "champion" }, "model { name }");

        Assert.Equal(["ALIAS_FOLLOWS_TRAFFIC", "ALIAS_FOLLOWS_TRAFFIC"], new[] { set, removed }.Select(e => e.GetProperty("code").GetString()));
    }

    private async Task<string> LastEnvironmentAsync()
    {
        await using var db = host.Open();
        return await db.Environments.OrderByDescending(e => e.Rank).Select(e => e.Name).FirstAsync(Ct);
    }

    private async Task ServeAsync(string model, string environment)
    {
        await using var db = host.Open();
        var version = await db.Versions.SingleAsync(v => v.Model.Name == model, Ct);
        var place = await db.Environments.SingleAsync(e => e.Name == environment, Ct);
        var endpoint = ModelHub.Domain.Rollouts.Endpoint.Open(version.ModelId, place.Id, DateTimeOffset.UtcNow);
        db.Endpoints.Add(endpoint);
        db.Variants.Add(endpoint.Shift(version.Id, 1, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow));
        Assert.Null(await db.CommitAsync([], ModelHub.Domain.Access.Actor.System("tests"), Ct));
    }

    private static int Count(JsonElement sums, string name) => sums.GetProperty(name).GetInt32();

    private async Task<(int, int, int, int)> RowsAsync()
    {
        await using var db = host.Open();
        return (await db.Events.CountAsync(Ct), await db.GateEvidence.CountAsync(Ct), await db.GateRounds.CountAsync(Ct), await db.PolicyVersions.CountAsync(Ct));
    }

    /// <summary>A promotion whose gates were judged, written as the worker's loop writes it.</summary>
    private async Task<string> JudgedAsync(ApiClient client, string model, double? auc, string environment = "staging", bool facts = true)
    {
        await client.ModelAsync(model);
        var number = await host.ReadyVersionAsync(client, model);
        if (auc is { } value)
            await client.DoAsync("updateVersion", new { model, version = number, metrics = new[] { new { name = "auc", value } } }, "version { number }");
        var asked = await client.DoAsync("promoteVersion", new { model, version = number, environment }, "promotion { id }");

        await using var db = host.Open();
        var now = DateTimeOffset.UtcNow;
        var promotion = await db.Promotions.Include(p => p.Version).Include(p => p.Environment).SingleAsync(p => p.Version.Model.Name == model, Ct);
        var seen = await db.ReadGateFactsAsync(promotion.Version, null, promotion.Environment, now, Ct);
        var digest = promotion.Environment.Policy.DigestOf();
        var evidence = seen.Inputs(promotion.Environment.Policy).Select(inputs => GateEvidence.Gather(promotion.Id, inputs, digest, now)).ToArray();
        db.GateEvidence.AddRange(evidence);
        if (facts)
            db.GateRounds.Add(new GateRound(promotion.Id, seen, digest, now));
        promotion.StartGates(now);
        var judged = evidence.Select(e => new GateVerdict(e.Gate, e.Verdict, e.Reason, e.InputsDigest())).ToArray();
        Assert.Null(await db.CommitAsync(new GatesEvaluated(promotion.Id.Value, model, number, environment, judged), Actor.System("worker"), Ct));
        return asked.GetProperty("promotion").GetProperty("id").GetString()!;
    }
}
