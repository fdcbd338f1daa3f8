using Microsoft.EntityFrameworkCore;
using ModelHub.Cli;
using ModelHub.Domain.Environments;
using Xunit;

namespace ModelHub.Tests.Api.Environments;

/// <summary>The commands as a script runs them: what they leave, and the code they end with.</summary>
public sealed class PolicyCommandTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Strict =
        """
        approvals: 1
        approvers: { roles: [APPROVER] }
        fromEnvironmentBefore: true
        metricLimits: [{ metric: auc, min: 0.7 }]
        maxDataAge: P30D
        defaultPlan: canary
        watch: { time: PT30M, limits: { maxErrorRate: 0.02 } }
        freeze: { weekly: [{ name: nights, days: [FRIDAY], from: "18:00", to: "08:00", timeZone: Europe/Berlin }] }
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Environments_are_added_listed_and_moved()
    {
        using var admin = await host.AdminAsync();

        Assert.Equal(0, await RunAsync(admin, "environment", "create", "lab", "--rank", "70", "--file", await FileAsync("lab.yaml", Strict)));
        Assert.Equal(2, await RunAsync(admin, "environment", "create", "lab", "--rank", "71"));
        Assert.Equal(2, await RunAsync(admin, "environment", "create", "other", "--rank", "70"));
        Assert.Equal(0, await RunAsync(admin, "environment", "move", "lab", "--rank", "75"));
        Assert.Equal(2, await RunAsync(admin, "environment", "move", "production", "--rank", "75"));
        Assert.Equal(0, await RunAsync(admin, "environment", "list"));

        await using var db = host.Open();
        var lab = await db.Environments.SingleAsync(e => e.Name == "lab", Ct);
        Assert.Equal((75, 1, "canary"), (lab.Rank, lab.PolicyNumber, lab.Policy.DefaultPlan?.Name));
    }

    [Fact]
    public async Task A_policy_is_set_from_a_file_shown_and_tried()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("command.model");
        var version = await host.ReadyVersionAsync(admin, model);
        var strict = await FileAsync("strict.yaml", Strict);
        var open = await FileAsync("open.json", """{ "approvals": 1 }""");

        Assert.Equal(0, await RunAsync(admin, "policy", "dry-run", "production", $"{model}@{version}"));
        Assert.Equal(2, await RunAsync(admin, "policy", "dry-run", "production", $"{model}@{version}", "--file", strict));
        Assert.Equal(0, await RunAsync(admin, "policy", "set", "production", "--file", strict, "--reason", "audit finding 7"));
        Assert.Equal(0, await RunAsync(admin, "policy", "show", "production"));
        Assert.Equal(0, await RunAsync(admin, "policy", "show", "production", "--history"));
        Assert.Equal(0, await RunAsync(admin, "policy", "backtest", "production", "--file", open));
        Assert.Equal(2, await RunAsync(admin, "policy", "show", "moon"));

        await using var db = host.Open();
        var latest = await db.PolicyVersions.OrderByDescending(v => v.Number)
            .FirstAsync(v => db.Environments.Any(e => e.Id == v.EnvironmentId && e.Name == "production"), Ct);
        Assert.Equal(("audit finding 7", TimeSpan.FromDays(30)), (latest.Reason, latest.Policy.MaxDataAge));
        Assert.Equal([DayOfWeek.Friday], latest.Policy.Freeze!.Weekly[0].Days);
        Assert.Equal(0, await RunAsync(admin, "policy", "set", "production", "--file", open));
    }

    [Theory]
    [InlineData("policy.json", """{ "approvals": 1, "canaryTrafficPercent": 10 }""")]
    [InlineData("policy.yaml", "approvals: 1\nmetricLimits: [{ metric: auc, minimum: 0.7 }]")]
    [InlineData("policy.yaml", "approvals: 1\ndefaultPlan: big-bang")]
    [InlineData("policy.yaml", "approvals: 1\ndefaultPlan: { name: mine, stages: [{ stage: live, canaryTrafficPercent: 10 }] }")]
    [InlineData("policy.yaml", "approvals: 99")]
    [InlineData("policy.json", "[]")]
    [InlineData("policy.json", "{")]
    public async Task A_file_that_says_what_cannot_be_meant_is_refused_and_changes_nothing(string name, string text)
    {
        using var admin = await host.AdminAsync();
        var file = await FileAsync(name, text);
        await using var db = host.Open();
        var before = await db.Set<PolicyVersion>().CountAsync(Ct);

        Assert.Equal(2, await RunAsync(admin, "policy", "set", "staging", "--file", file));

        Assert.Equal(before, await db.Set<PolicyVersion>().CountAsync(Ct));
    }

    private Task<int> RunAsync(ApiClient caller, params string[] command) =>
        CommandLine.RunAsync([.. command, "--json", "--url", host.Address.ToString(), "--token", caller.Token], Ct);

    private async Task<string> FileAsync(string name, string text)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(host.Data, Guid.NewGuid().ToString("n"))).FullName, name);
        await File.WriteAllTextAsync(file, text, Ct);
        return file;
    }
}
