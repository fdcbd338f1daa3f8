using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Promotions;
using Xunit;

namespace ModelHub.Tests.Api.Promotions;

public sealed class PromotionTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_a_hundred_racing_promotions_one_wins_and_the_others_learn_why()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("race.model");
        var version = await host.ReadyVersionAsync(admin, model);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => admin.QueryInCrowdAsync(
            """
            mutation($input: PromoteVersionInput!) { promoteVersion(input: $input) {
              promotion { id } errors { __typename ... on PromotionInProgressError { promotion } } } }
            """,
            new { input = new { model, version, environment = "staging" } })));

        var payloads = answers.Select(answer => answer.GetProperty("promoteVersion")).ToList();
        var winner = Assert.Single(payloads, payload => payload.GetProperty("promotion").ValueKind != System.Text.Json.JsonValueKind.Null);
        var id = winner.GetProperty("promotion").GetProperty("id").GetString();
        Assert.All(payloads.Where(payload => !payload.Equals(winner) && payload.GetProperty("promotion").ValueKind == System.Text.Json.JsonValueKind.Null), payload =>
        {
            var error = payload.GetProperty("errors")[0];
            Assert.Equal("PromotionInProgressError", error.GetProperty("__typename").GetString());
            Assert.Equal(id, error.GetProperty("promotion").GetString());
        });
    }

    [Fact]
    public async Task A_replayed_promotion_shows_the_same_though_it_has_moved_on()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("replayed.model");
        var version = await host.ReadyVersionAsync(admin, model);
        var input = new { model, version, environment = "staging", idempotencyKey = "promote-1" };
        const string shown = "promotion { id state reason revision requestedAt requestedBy steps { name at } version { number } environment { name } }";
        var first = await admin.DoAsync("promoteVersion", input, shown);
        await MoveAsync(model, promotion => promotion.StartGates(DateTimeOffset.UtcNow));

        var again = await admin.DoAsync("promoteVersion", input, shown);

        Assert.Equal(first.GetRawText(), again.GetRawText());
        var events = await admin.QueryAsync("""{ events(where: { type: { eq: "promotion.requested" } }, first: 100) { nodes { data } } }""");
        Assert.Single(events.GetProperty("events").GetProperty("nodes").EnumerateArray(), e => e.GetProperty("data").GetProperty("model").GetString() == model);
    }

    [Fact]
    public async Task A_version_that_is_not_ready_a_plan_that_is_unknown_and_a_stale_revision_are_refused()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("refused.model");
        var pending = await admin.VersionAsync(model);
        var ready = await host.ReadyVersionAsync(admin, model);

        var codes = new[]
        {
            await admin.RefusedAsync("promoteVersion", new { model, version = pending, environment = "staging" }, "promotion { id }"),
            await admin.RefusedAsync("promoteVersion", new { model, version = ready, environment = "staging", plan = "big-bang" }, "promotion { id }"),
            await admin.RefusedAsync("promoteVersion", new { model, version = ready, environment = "staging", expectedRevision = 7 }, "promotion { id }"),
            await admin.RefusedAsync("promoteVersion", new { model, version = 99, environment = "staging" }, "promotion { id }"),
            await admin.RefusedAsync("promoteVersion", new { model, version = ready, environment = "moon" }, "promotion { id }"),
        }.Select(error => error.GetProperty("code").GetString());

        Assert.Equal(["VERSION_NOT_READY", "PLAN_NOT_SUPPORTED", "REVISION_CONFLICT", "VERSION_NOT_FOUND", "ENVIRONMENT_NOT_FOUND"], codes);
    }

    [Fact]
    public async Task Who_asked_cannot_approve_and_nobody_approves_twice()
    {
        using var requester = await host.AsAsync([new Grant(Role.Admin, Grant.Any, Grant.Any)]);
        using var approver = await host.AsAsync(Role.Approver);
        var model = await requester.ModelAsync("approved.model");
        var version = await host.ReadyVersionAsync(requester, model);
        var id = (await requester.DoAsync("promoteVersion", new { model, version, environment = "production" }, "promotion { id }"))
            .GetProperty("promotion").GetProperty("id").GetString();

        var early = await approver.RefusedAsync("approvePromotion", new { promotion = id }, "promotion { id }");
        await MoveAsync(model, promotion => promotion.StartGates(DateTimeOffset.UtcNow));
        await MoveAsync(model, promotion => promotion.AwaitApproval(DateTimeOffset.UtcNow));
        var own = await requester.RefusedAsync("approvePromotion", new { promotion = id }, "promotion { id }");
        await approver.DoAsync("approvePromotion", new { promotion = id, reason = "looks good" }, "promotion { state }");
        var twice = await approver.RefusedAsync("approvePromotion", new { promotion = id }, "promotion { id }");

        Assert.Equal(
            ["NOT_AWAITING_APPROVAL", "APPROVAL_BY_REQUESTER", "ALREADY_DECIDED"],
            new[] { early, own, twice }.Select(error => error.GetProperty("code").GetString()));
        var read = await approver.QueryAsync("query($id: ID!) { promotion(id: $id) { approvals { by decision reason } } }", new { id });
        Assert.Equal($"token:{approver.TokenName}", Assert.Single(read.GetProperty("promotion").GetProperty("approvals").EnumerateArray()).GetProperty("by").GetString());
    }

    [Fact]
    public async Task An_approver_of_staging_does_not_approve_for_production()
    {
        using var admin = await host.AdminAsync();
        using var approver = await host.AsAsync(Role.Approver, Grant.Any, "staging");
        var model = await admin.ModelAsync("scoped.model");
        var version = await host.ReadyVersionAsync(admin, model);
        var id = (await admin.DoAsync("promoteVersion", new { model, version, environment = "production" }, "promotion { id }"))
            .GetProperty("promotion").GetProperty("id").GetString();

        var answer = await approver.RawAsync("mutation($id: ID!) { approvePromotion(input: { promotion: $id }) { promotion { id } } }", new { id });

        Assert.Equal("AUTH_NOT_AUTHORIZED", answer.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
    }

    [Fact]
    public async Task An_aborted_promotion_makes_room_for_the_next()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("aborted.model");
        var version = await host.ReadyVersionAsync(admin, model);
        var id = (await admin.DoAsync("promoteVersion", new { model, version, environment = "staging" }, "promotion { id }"))
            .GetProperty("promotion").GetProperty("id").GetString();

        var aborted = await admin.DoAsync("abortPromotion", new { promotion = id, reason = "changed my mind" }, "promotion { state reason }");
        await admin.DoAsync("promoteVersion", new { model, version, environment = "staging" }, "promotion { id }");

        Assert.Equal("ABORTED", aborted.GetProperty("promotion").GetProperty("state").GetString());
        var late = await admin.RefusedAsync("abortPromotion", new { promotion = id }, "promotion { id }");
        Assert.Equal("NOT_ABORTABLE", late.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_policy_is_replaced_by_revision_and_checked()
    {
        using var admin = await host.AdminAsync();
        var policy = new { metricGates = new[] { new { metric = "auc", margin = 0.01, direction = "HIGHER_IS_BETTER" } }, requiredChecks = new[] { "unit-tests" }, approvals = 1, promotionFrom = "staging" };

        var changed = await admin.DoAsync(
            "updateEnvironmentPolicy", new { environment = "production", policy }, "environment { approvalsRequired policy { metricGates { metric } promotionFrom } revision }");
        var self = await admin.RefusedAsync("updateEnvironmentPolicy", new { environment = "production", policy = new { approvals = 0, promotionFrom = "production" } }, "environment { id }");
        var many = await admin.RefusedAsync("updateEnvironmentPolicy", new { environment = "production", policy = new { approvals = 11 } }, "environment { id }");

        Assert.Equal("auc", changed.GetProperty("environment").GetProperty("policy").GetProperty("metricGates")[0].GetProperty("metric").GetString());
        Assert.Equal("INVALID_INPUT", self.GetProperty("code").GetString());
        Assert.StartsWith("policy.approvals", many.GetProperty("message").GetString());
        await admin.DoAsync("updateEnvironmentPolicy", new { environment = "production", policy = new { approvals = 1 } }, "environment { revision }");
    }

    /// <summary>What the worker's loop would do.</summary>
    private async Task MoveAsync(string model, Action<Promotion> step)
    {
        await using var db = host.Open();
        var promotion = await db.Promotions.SingleAsync(p => p.Version.Model.Name == model, Ct);
        step(promotion);
        Assert.Null(await db.CommitAsync([], Actor.System("worker"), Ct));
    }
}
