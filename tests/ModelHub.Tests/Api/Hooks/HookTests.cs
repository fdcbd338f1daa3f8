using System.Net;
using System.Text.Json;
using ModelHub.Domain.Access;
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
}
