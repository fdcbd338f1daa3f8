using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using Xunit;

namespace ModelHub.Tests.Api.Promotions;

/// <summary>Two pairs of eyes mean two people: what one person made does not count as another.</summary>
public sealed class SeparationTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_that_the_requester_made_does_not_approve()
    {
        using var ada = await host.OfPersonAsync("ada", Role.Admin);
        using var bob = await host.AsAsync(Role.Approver);
        using var hers = await MakeAsync(ada, "hers", "APPROVER");
        using var made = await MakeAsync(ada, "maker", "ADMIN");
        using var grandchild = await MakeAsync(made, "grandchild", "APPROVER");
        var id = await WaitingAsync(ada, "separate.one", ada);

        var codes = new List<string?>();
        foreach (var client in new[] { ada, hers, grandchild })
            codes.Add((await client.RefusedAsync("approvePromotion", new { promotion = id }, "promotion { id }")).GetProperty("code").GetString());
        var approved = await bob.DoAsync("approvePromotion", new { promotion = id }, "promotion { approvals { by person } }");

        Assert.All(codes, code => Assert.Equal("APPROVAL_BY_REQUESTER", code));
        Assert.Equal($"token:{bob.TokenName}", approved.GetProperty("promotion").GetProperty("approvals")[0].GetProperty("person").GetString());
    }

    [Fact]
    public async Task Who_made_the_requesting_token_does_not_approve_and_two_tokens_of_one_maker_count_once()
    {
        using var ada = await host.OfPersonAsync("ada-two", Role.Admin);
        using var bob = await host.OfPersonAsync("bob-two", Role.Admin);
        using var ci = await MakeAsync(ada, "ci", "CONTRIBUTOR");
        using var first = await MakeAsync(bob, "bob-one", "APPROVER");
        using var second = await MakeAsync(bob, "bob-two", "APPROVER");
        var id = await WaitingAsync(ci, "separate.two", ada);

        var maker = await ada.RefusedAsync("approvePromotion", new { promotion = id }, "promotion { id }");
        await first.DoAsync("approvePromotion", new { promotion = id }, "promotion { id }");
        var twice = await second.RefusedAsync("approvePromotion", new { promotion = id }, "promotion { id }");

        Assert.Equal("APPROVAL_BY_REQUESTER", maker.GetProperty("code").GetString());
        Assert.Equal("ALREADY_DECIDED", twice.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Tokens_behind_which_no_person_stands_count_each_for_itself()
    {
        using var first = await host.AdminAsync();
        using var approver = await MakeAsync(first, "of-the-first", "APPROVER");
        var id = await WaitingAsync(first, "separate.four", first);

        var own = await first.RefusedAsync("approvePromotion", new { promotion = id }, "promotion { id }");
        await approver.DoAsync("approvePromotion", new { promotion = id }, "promotion { id }");

        Assert.Equal("APPROVAL_BY_REQUESTER", own.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Only_whom_the_policy_names_approves()
    {
        using var admin = await host.AdminAsync();
        using var approver = await host.AsAsync(Role.Approver);
        using var named = await host.AsAsync(Role.Admin);
        await admin.DoAsync("createEnvironment", new
        {
            name = "named",
            rank = 50,
            policy = new { approvals = 1, approvers = new { names = new[] { $"token:{named.TokenName}" } } },
        }, "environment { name }");
        var id = await WaitingAsync(admin, "separate.three", admin, "named");

        var other = await approver.RefusedAsync("approvePromotion", new { promotion = id }, "promotion { id }");
        await named.DoAsync("approvePromotion", new { promotion = id }, "promotion { id }");

        Assert.Equal("NOT_AN_APPROVER", other.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_freeze_is_overridden_by_an_operator_only_and_for_a_reason()
    {
        using var admin = await host.AdminAsync();
        using var contributor = await host.AsAsync(Role.Contributor);
        using var operators = await host.AsAsync(Role.Operator);
        var until = DateTimeOffset.UtcNow.AddDays(1);
        await admin.DoAsync("createEnvironment", new
        {
            name = "frozen",
            rank = 51,
            policy = new { approvals = 0, freeze = new { action = "REFUSE", dated = new[] { new { name = "stop", from = "2020-01-01T00:00:00Z", until } } } },
        }, "environment { name }");
        var model = await admin.ModelAsync("frozen.model");
        var version = await host.ReadyVersionAsync(admin, model);
        const string promote = "mutation($input: PromoteVersionInput!) { promoteVersion(input: $input) { promotion { id } } }";

        var refused = await contributor.RefusedAsync("promoteVersion", new { model, version, environment = "frozen" }, "promotion { id }");
        var overreaching = await contributor.RawAsync(promote, new { input = new { model, version, environment = "frozen", freezeOverride = "now!" } });
        var done = await operators.DoAsync(
            "promoteVersion", new { model, version, environment = "frozen", freezeOverride = "the champion leaks" }, "promotion { freezeOverride { by reason } }");

        Assert.Equal("ENVIRONMENT_FROZEN", refused.GetProperty("code").GetString());
        Assert.Equal("AUTH_NOT_AUTHORIZED", overreaching.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        Assert.Equal("the champion leaks", done.GetProperty("promotion").GetProperty("freezeOverride").GetProperty("reason").GetString());
        await using var db = host.Open();
        var audited = await db.Events.SingleAsync(e => e.Type == "promotion.freeze-overridden", Ct);
        Assert.Equal($"token:{operators.TokenName}", audited.Actor);
    }

    private async Task<ApiClient> MakeAsync(ApiClient maker, string name, string role)
    {
        var made = await maker.DoAsync("createServiceToken", new { name, scopes = new[] { "ADMIN" }, bindings = new[] { new { role } } }, "secret");
        return host.WithToken(made.GetProperty("secret").GetString()!, name);
    }

    /// <summary>A promotion that waits for approval, as the worker's loop would leave it.</summary>
    private async Task<string> WaitingAsync(ApiClient requester, string model, ApiClient owner, string environment = "production")
    {
        await owner.ModelAsync(model);
        var version = await host.ReadyVersionAsync(owner, model);
        var asked = await requester.DoAsync("promoteVersion", new { model, version, environment }, "promotion { id }");
        await using var db = host.Open();
        var promotion = await db.Promotions.SingleAsync(p => p.Version.Model.Name == model, Ct);
        promotion.StartGates(DateTimeOffset.UtcNow);
        promotion.AwaitApproval(DateTimeOffset.UtcNow);
        Assert.Null(await db.CommitAsync([], Actor.System("worker"), Ct));
        return asked.GetProperty("promotion").GetProperty("id").GetString()!;
    }
}
