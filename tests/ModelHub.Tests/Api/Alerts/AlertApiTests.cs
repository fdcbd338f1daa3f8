using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Alerts;
using ModelHub.Domain.Events;
using Xunit;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;

namespace ModelHub.Tests.Api.Alerts;

public sealed class AlertApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Rule = "alertRule { name severity enabled revision model { name } environment { name } condition { measure limit window for } }";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rule_is_made_changed_and_deleted_and_its_name_is_free_again()
    {
        using var admin = await host.AdminAsync();
        await admin.ModelAsync("alerting.scores");
        object Input(string name) => new { name, model = "alerting.scores", environment = "staging", severity = "CRITICAL", condition = new { measure = "errors.share", limit = 0.1, @for = "PT2M" } };

        var made = (await admin.DoAsync("createAlertRule", Input("own"), Rule)).GetProperty("alertRule");
        var taken = await admin.RefusedAsync("createAlertRule", Input("own"), Rule);
        var stale = await admin.RefusedAsync("updateAlertRule", new { name = "own", enabled = false, expectedRevision = 7 }, Rule);
        var changed = (await admin.DoAsync("updateAlertRule", new { name = "own", enabled = false, expectedRevision = made.GetProperty("revision").GetInt64() }, Rule)).GetProperty("alertRule");
        var deleted = await admin.DoAsync("deleteAlertRule", new { name = "own" }, Rule);
        var again = await admin.DoAsync("createAlertRule", Input("own"), Rule);

        Assert.Equal("""{"measure":"errors.share","limit":0.1,"window":"PT5M","for":"PT2M"}""", made.GetProperty("condition").GetRawText());
        Assert.Equal(("NameTakenError", "RevisionConflictError"), (taken.GetProperty("__typename").GetString(), stale.GetProperty("__typename").GetString()));
        Assert.Equal((false, "CRITICAL"), (changed.GetProperty("enabled").GetBoolean(), changed.GetProperty("severity").GetString()));
        Assert.Equal("own", deleted.GetProperty("alertRule").GetProperty("name").GetString());
        Assert.Equal("own", again.GetProperty("alertRule").GetProperty("name").GetString());
        await admin.DoAsync("deleteAlertRule", new { name = "own" }, Rule);
        var gone = await admin.RefusedAsync("deleteAlertRule", new { name = "own" }, Rule);
        Assert.Equal("AlertRuleNotFoundError", gone.GetProperty("__typename").GetString());
    }

    [Theory]
    [InlineData("""{"name":"Bad Name","condition":{"measure":"errors.share"}}""", "name")]
    [InlineData("""{"name":"bad","condition":{"measure":"errors"}}""", "measure")]
    [InlineData("""{"name":"bad","condition":{"measure":"errors.share","window":"PT0S"}}""", "window")]
    [InlineData("""{"name":"bad","condition":{"measure":"errors.share","resolveLimit":1}}""", "resolveLimit")]
    public async Task Nonsense_is_refused_with_the_field_at_fault(string input, string field)
    {
        using var admin = await host.AdminAsync();

        var refused = await admin.RefusedAsync("createAlertRule", JsonSerializer.Deserialize<JsonElement>(input), Rule);

        Assert.StartsWith(field + ":", refused.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operator_of_a_namespace_rules_there_and_nowhere_else()
    {
        using var admin = await host.AdminAsync();
        await admin.ModelAsync("mine.scores");
        await admin.ModelAsync("theirs.scores");
        using var mine = await host.AsAsync(Role.Operator, "mine");
        await admin.DoAsync("createAlertRule", new { name = "theirs", model = "theirs.scores", condition = new { measure = "errors.share" } }, Rule);

        await mine.DoAsync("createAlertRule", new { name = "mine", model = "mine.scores", condition = new { measure = "errors.share" } }, Rule);
        await mine.DoAsync("silenceAlerts", new { matcher = new { model = "mine.scores" }, until = DateTimeOffset.UtcNow.AddHours(1), why = "moving" }, "silence { id }");

        foreach (var (mutation, input, selection) in new (string, object, string)[]
        {
            ("createAlertRule", new { name = "all", condition = new { measure = "errors.share" } }, Rule),
            ("createAlertRule", new { name = "other", model = "theirs.scores", condition = new { measure = "errors.share" } }, Rule),
            ("updateAlertRule", new { name = "errors", enabled = false }, Rule),
            ("deleteAlertRule", new { name = "errors" }, Rule),
            ("silenceAlerts", new { matcher = new { rule = "errors" }, until = DateTimeOffset.UtcNow.AddHours(1), why = "quiet" }, "silence { id }"),
        })
        {
            var answer = await mine.RawAsync($$"""mutation($input: {{char.ToUpperInvariant(mutation[0])}}{{mutation[1..]}}Input!) { {{mutation}}(input: $input) { {{selection}} } }""", new { input });
            Assert.Equal("AUTH_NOT_AUTHORIZED", answer.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        }
        Assert.Equal("AlertRuleNotFoundError", (await mine.RefusedAsync("deleteAlertRule", new { name = "theirs" }, Rule)).GetProperty("__typename").GetString());
        var seen = (await mine.QueryAsync("{ alertRules(first: 100) { nodes { name model { name } } } }")).GetProperty("alertRules").GetProperty("nodes").EnumerateArray().ToList();
        Assert.Contains(seen, rule => rule.GetProperty("name").GetString() == "errors");
        Assert.DoesNotContain(seen, rule => rule.GetProperty("name").GetString() == "theirs");
    }

    [Fact]
    public async Task Alerts_are_listed_by_what_they_are_and_acknowledged_and_silences_end()
    {
        using var admin = await host.AdminAsync();
        using var stranger = await host.AsAsync(Role.Operator, "elsewhere");
        var id = await FireAsync(admin, "listed.scores");
        const string Listed = """{ alerts(where: { model: { eq: "listed.scores" }, state: { eq: FIRING }, severity: { eq: CRITICAL } }) { nodes { id rule { name } endpoint { environment { name } } items { column value limit firing } } } }""";

        var alert = Assert.Single((await admin.QueryAsync(Listed)).GetProperty("alerts").GetProperty("nodes").EnumerateArray());
        Assert.Equal(0, (await stranger.QueryAsync(Listed)).GetProperty("alerts").GetProperty("nodes").GetArrayLength());
        Assert.Equal("AlertNotFoundError", (await stranger.RefusedAsync("acknowledgeAlert", new { alert = id }, "alert { id }")).GetProperty("__typename").GetString());
        var taken = (await admin.DoAsync("acknowledgeAlert", new { alert = id, note = "on it" }, "alert { acknowledgedBy note state }")).GetProperty("alert");
        var silence = (await admin.DoAsync("silenceAlerts", new { matcher = new { model = "listed.scores" }, until = DateTimeOffset.UtcNow.AddHours(1), why = "known" }, "silence { id why model { name } }")).GetProperty("silence");
        var ended = await admin.DoAsync("endSilence", new { silence = silence.GetProperty("id").GetString() }, "silence { endedAt }");

        Assert.Equal(id, alert.GetProperty("id").GetString());
        Assert.Equal("""[{"column":"x","value":0.3,"limit":0.2,"firing":true}]""", alert.GetProperty("items").GetRawText());
        Assert.Equal(("on it", "FIRING"), (taken.GetProperty("note").GetString(), taken.GetProperty("state").GetString()));
        Assert.NotEqual(JsonValueKind.Null, ended.GetProperty("silence").GetProperty("endedAt").ValueKind);
        Assert.Equal("SilenceOverError", (await admin.RefusedAsync("endSilence", new { silence = silence.GetProperty("id").GetString() }, "silence { id }")).GetProperty("__typename").GetString());
        Assert.StartsWith("until:", (await admin.RefusedAsync("silenceAlerts", new { matcher = new { model = "listed.scores" }, until = DateTimeOffset.UtcNow.AddHours(-1), why = "late" }, "silence { id }")).GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("matcher:", (await admin.RefusedAsync("silenceAlerts", new { matcher = new { }, until = DateTimeOffset.UtcNow.AddHours(1), why = "all" }, "silence { id }")).GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private async Task<string> FireAsync(ApiClient admin, string model)
    {
        await admin.ModelAsync(model);
        await using var db = host.Open();
        var now = DateTimeOffset.UtcNow;
        var owner = await db.Models.SingleAsync(m => m.Name == model, Ct);
        var endpoint = Endpoint.Open(owner.Id, (await db.Environments.SingleAsync(e => e.Name == "staging", Ct)).Id, now);
        var alert = Alert.Begin(await db.AlertRules.SingleAsync(r => r.Name == "errors", Ct), endpoint, now);
        db.AddRange(endpoint, alert);
        await db.Entry(endpoint).Reference(e => e.Environment).LoadAsync(Ct);
        var events = alert.Take(new AlertStep.Stand(AlertState.Firing, [new AlertItem("x", null, 1, 0.3, 0.2, null, 100, now, now, now, Firing: true, BackSince: null)]), [], now);
        Assert.IsType<AlertFired>(Assert.Single(events));
        Assert.Null(await db.CommitAsync(events, Actor.System("tests"), Ct));
        return (await admin.QueryAsync($$"""{ alerts(where: { model: { eq: "{{model}}" } }) { nodes { id } } }""")).GetProperty("alerts").GetProperty("nodes")[0].GetProperty("id").GetString()!;
    }
}
