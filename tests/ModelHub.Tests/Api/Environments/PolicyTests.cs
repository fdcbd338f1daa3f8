using System.Text.Json;
using ModelHub.Domain.Access;
using Xunit;

namespace ModelHub.Tests.Api.Environments;

public sealed class PolicyTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Whole =
        """
        environment { revision policyNumber policyDigest policy {
          approvals approvers { roles names } requiredChecks promotionFrom fromEnvironmentBefore maxDataAge shadowTest { maxAge }
          metricGates { metric margin direction } metricLimits { metric min max }
          freeze { action weekly { name days from to timeZone } dated { name from until } } } }
        """;

    private static readonly object Full = new
    {
        approvals = 2,
        approvers = new { roles = new[] { "APPROVER" }, names = new[] { "user:ada" } },
        requiredChecks = new[] { "bias-report" },
        fromEnvironmentBefore = true,
        maxDataAge = "P30D",
        shadowTest = new { maxAge = "P7D" },
        metricGates = new[] { new { metric = "auc", margin = 0.01, direction = "HIGHER_IS_BETTER" } },
        metricLimits = new[] { new { metric = "auc", min = 0.7 } },
        freeze = new
        {
            action = "REFUSE",
            weekly = new[] { new { name = "weekend", days = new[] { "SATURDAY", "SUNDAY" }, from = "00:00", to = "00:00", timeZone = "Europe/Berlin" } },
            dated = new[] { new { name = "year-end", from = "2026-12-20T00:00:00Z", until = "2027-01-04T00:00:00Z" } },
        },
    };

    [Fact]
    public async Task Every_policy_an_environment_ever_had_is_told_with_who_and_why()
    {
        using var admin = await host.AdminAsync();
        await admin.DoAsync("createEnvironment", new { name = "history", rank = 40 }, "environment { name }");

        var changed = (await admin.DoAsync("updateEnvironmentPolicy", new { environment = "history", policy = Full, reason = "audit finding 7" }, Whole)).GetProperty("environment");

        var policy = changed.GetProperty("policy");
        Assert.Equal("P30D", policy.GetProperty("maxDataAge").GetString());
        Assert.Equal(["SATURDAY", "SUNDAY"], policy.GetProperty("freeze").GetProperty("weekly")[0].GetProperty("days").EnumerateArray().Select(d => d.GetString()));
        var told = await admin.QueryAsync(
            """{ environment(name: "history") { policyHistory { nodes { number digest changedBy reason policy { approvals } } } } }""");
        var history = told.GetProperty("environment").GetProperty("policyHistory").GetProperty("nodes");
        Assert.Equal(
            [(2, 2, "audit finding 7"), (1, 0, "as created")],
            history.EnumerateArray().Select(v => (v.GetProperty("number").GetInt32(), v.GetProperty("policy").GetProperty("approvals").GetInt32(), v.GetProperty("reason").GetString())));
        Assert.Equal(changed.GetProperty("policyDigest").GetString(), history[0].GetProperty("digest").GetString());
        Assert.Equal($"token:{admin.TokenName}", history[0].GetProperty("changedBy").GetString());
    }

    [Fact]
    public async Task A_change_takes_the_revision_it_expects_and_is_done_once_under_its_key()
    {
        using var admin = await host.AdminAsync();
        var made = (await admin.DoAsync("createEnvironment", new { name = "once", rank = 41 }, "environment { revision }")).GetProperty("environment");
        var input = new { environment = "once", policy = new { approvals = 1 }, expectedRevision = made.GetProperty("revision").GetInt64(), idempotencyKey = "policy-1" };

        var first = await admin.DoAsync("updateEnvironmentPolicy", input, Whole);
        var again = await admin.DoAsync("updateEnvironmentPolicy", input, Whole);
        var stale = await admin.RefusedAsync("updateEnvironmentPolicy", input with { idempotencyKey = "policy-2" }, Whole);

        Assert.Equal(first.GetRawText(), again.GetRawText());
        Assert.Equal("REVISION_CONFLICT", stale.GetProperty("code").GetString());
        Assert.Equal(2, first.GetProperty("environment").GetProperty("policyNumber").GetInt32());
    }

    /// <summary>A controller that ignored a misplaced canaryTrafficPercent sent all traffic to a new version (kserve#5335).</summary>
    [Theory]
    [InlineData("""{ "approvals": 1, "canaryTrafficPercent": 10 }""", "canaryTrafficPercent")]
    [InlineData("""{ "approvals": 1, "metricLimits": [{ "metric": "auc", "minimum": 0.7 }] }""", "minimum")]
    [InlineData("""{ "approvals": 1, "freeze": { "action": "IGNORE" } }""", "IGNORE")]
    [InlineData("""{ "approvals": 1, "freeze": { "weekly": [{ "name": "w", "days": ["CATURDAY"], "from": "00:00", "to": "00:00", "timeZone": "UTC" }] } }""", "CATURDAY")]
    public async Task A_setting_that_is_not_known_is_refused_by_name_and_changes_nothing(string policy, string name)
    {
        using var admin = await host.AdminAsync();
        var before = await NumberAsync(admin);

        var answer = await admin.RawAsync(
            "mutation($input: UpdateEnvironmentPolicyInput!) { updateEnvironmentPolicy(input: $input) { environment { name } } }",
            new { input = new { environment = "production", policy = JsonDocument.Parse(policy).RootElement } });

        Assert.Contains(name, answer.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(before, await NumberAsync(admin));
    }

    [Fact]
    public async Task What_cannot_hold_is_refused()
    {
        using var admin = await host.AdminAsync();

        var lowest = await admin.RefusedAsync("updateEnvironmentPolicy", new { environment = "staging", policy = new { approvals = 0, fromEnvironmentBefore = true } }, Whole);
        var nowhere = await admin.RefusedAsync("updateEnvironmentPolicy", new { environment = "staging", policy = new { approvals = 0, promotionFrom = "moon" } }, Whole);

        Assert.StartsWith("policy.fromEnvironmentBefore", lowest.GetProperty("message").GetString());
        Assert.Equal("ENVIRONMENT_NOT_FOUND", nowhere.GetProperty("code").GetString());
    }

    [Fact]
    public async Task An_environment_is_added_at_a_rank_of_its_own()
    {
        using var admin = await host.AdminAsync();
        using var elsewhere = await host.AsAsync(Role.Admin, "risk");
        await admin.DoAsync("createEnvironment", new { name = "canary-lab", rank = 42, policy = new { approvals = 1, fromEnvironmentBefore = true } }, "environment { name rank approvalsRequired }");

        var name = await admin.RefusedAsync("createEnvironment", new { name = "canary-lab", rank = 43 }, "environment { name }");
        var rank = await admin.RefusedAsync("createEnvironment", new { name = "other", rank = 42 }, "environment { name }");
        var zero = await admin.RefusedAsync("createEnvironment", new { name = "other", rank = 0 }, "environment { name }");
        var spoken = await admin.RefusedAsync("createEnvironment", new { name = "Not a name", rank = 44 }, "environment { name }");
        var barred = await elsewhere.RawAsync("""mutation { createEnvironment(input: { name: "other", rank: 45 }) { environment { name } } }""");

        Assert.Equal(
            ["NAME_TAKEN", "RANK_TAKEN", "INVALID_INPUT", "INVALID_INPUT"],
            new[] { name, rank, zero, spoken }.Select(e => e.GetProperty("code").GetString()));
        Assert.Equal("AUTH_NOT_AUTHORIZED", barred.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
    }

    private static async Task<int> NumberAsync(ApiClient client) =>
        (await client.QueryAsync("""{ environment(name: "production") { policyNumber } }""")).GetProperty("environment").GetProperty("policyNumber").GetInt32();
}
