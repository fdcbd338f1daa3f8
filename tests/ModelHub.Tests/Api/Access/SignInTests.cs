using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Api.Access;

public sealed class SignInTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_login_link_signs_in_once()
    {
        using var admin = await host.AdminAsync();
        using var anonymous = host.Anonymous();
        await admin.DoAsync("createUser", new { name = "ada", displayName = "Ada" }, "user { id }");
        await admin.DoAsync("bindRole", new { user = "ada", role = "APPROVER" }, "roleBinding { role }");
        var link = await admin.DoAsync("createLoginLink", new { user = "ada" }, "loginLink { url expiresAt }");
        var code = link.GetProperty("loginLink").GetProperty("url").GetString()!.Split("code=")[1];

        using var redeemed = await anonymous.Http.PostAsync(Redeem(code), null, Ct);
        using var again = await anonymous.Http.PostAsync(Redeem(code), null, Ct);

        Assert.Equal(HttpStatusCode.OK, redeemed.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
        using var session = host.WithToken((await redeemed.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("token").GetString()!);
        var me = (await session.QueryAsync("{ me { kind name bindings { role namespace environment } } }")).GetProperty("me");
        Assert.Equal("USER", me.GetProperty("kind").GetString());
        Assert.Equal("ada", me.GetProperty("name").GetString());
        Assert.Equal("APPROVER", me.GetProperty("bindings")[0].GetProperty("role").GetString());
    }

    [Fact]
    public async Task Who_signs_out_leaves_a_token_that_opens_nothing()
    {
        using var admin = await host.AdminAsync();
        using var anonymous = host.Anonymous();
        await admin.DoAsync("createUser", new { name = "leaver" }, "user { id }");
        var link = await admin.DoAsync("createLoginLink", new { user = "leaver" }, "loginLink { url }");
        using var redeemed = await anonymous.Http.PostAsync(Redeem(link.GetProperty("loginLink").GetProperty("url").GetString()!.Split("code=")[1]), null, Ct);
        using var session = host.WithToken((await redeemed.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("token").GetString()!);

        using var left = await session.Http.PostAsync("/api/v1/access/sign-out", null, Ct);

        Assert.Equal(HttpStatusCode.NoContent, left.StatusCode);
        await Eventually.Holds(async () =>
        {
            using var again = await session.Http.PostAsync("/api/v1/access/sign-out", null, Ct);
            return again.StatusCode == HttpStatusCode.Unauthorized;
        });
    }

    [Fact]
    public async Task Of_ten_redeems_at_once_one_signs_in()
    {
        using var admin = await host.AdminAsync();
        using var anonymous = host.Anonymous();
        await admin.DoAsync("createUser", new { name = "racer" }, "user { id }");
        var link = await admin.DoAsync("createLoginLink", new { user = "racer" }, "loginLink { url }");
        var code = link.GetProperty("loginLink").GetProperty("url").GetString()!.Split("code=")[1];

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => anonymous.Http.PostAsync(Redeem(code), null, Ct)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("mhl_aaaaaaaaaaaa_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")]
    public async Task A_code_that_is_none_is_refused(string code)
    {
        using var anonymous = host.Anonymous();

        using var answer = await anonymous.Http.PostAsync(Redeem(code), null, Ct);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Guessing_the_code_of_a_link_is_slowed_down_and_keeps_nobody_else_out()
    {
        using var admin = await host.AdminAsync();
        await admin.DoAsync("createUser", new { name = "guessed" }, "user { id }");
        // Two, because links share a limit with one in some thousands.
        string[] codes = [await CodeAsync(), await CodeAsync(), await CodeAsync()];
        var wrong = codes[0][..^1] + (codes[0][^1] == 'A' ? 'B' : 'A');
        var slow = await host.StartAsync("--Limits:RedeemsPerMinute=3");
        using var http = new HttpClient { BaseAddress = ApiHost.AddressOf(slow) };

        var guesses = await StatusesAsync(wrong, wrong, wrong, wrong, codes[0]);
        var others = await StatusesAsync(codes[1], codes[2]);
        var nonsense = await StatusesAsync("guess", "guess", "guess", "guess");

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests], guesses);
        Assert.Contains(HttpStatusCode.OK, others);
        Assert.All(nonsense, status => Assert.Equal(HttpStatusCode.Unauthorized, status));

        async Task<string> CodeAsync() =>
            (await admin.DoAsync("createLoginLink", new { user = "guessed" }, "loginLink { url }")).GetProperty("loginLink").GetProperty("url").GetString()!.Split("code=")[1];

        async Task<List<HttpStatusCode>> StatusesAsync(params string[] tried)
        {
            var statuses = new List<HttpStatusCode>();
            foreach (var code in tried)
            {
                using var answer = await http.PostAsync(Redeem(code), null, Ct);
                statuses.Add(answer.StatusCode);
            }
            return statuses;
        }
    }

    [Fact]
    public async Task The_last_administrator_stays()
    {
        using var admin = await host.AdminAsync();
        await admin.DoAsync("createUser", new { name = "boss" }, "user { id }");
        await admin.DoAsync("bindRole", new { user = "boss", role = "ADMIN" }, "roleBinding { role }");

        var refusal = await admin.RefusedAsync("unbindRole", new { user = "boss", role = "ADMIN" }, "roleBinding { role }");

        Assert.Equal("LAST_ADMINISTRATOR", refusal.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_token_needs_scopes_and_a_bounded_life()
    {
        using var admin = await host.AdminAsync();

        var scopes = await admin.RefusedAsync("createServiceToken", new { name = "t1", scopes = Array.Empty<string>() }, "secret");
        var days = await admin.RefusedAsync("createServiceToken", new { name = "t2", scopes = new[] { "READ" }, expiresInDays = 100000 }, "secret");

        Assert.StartsWith("scopes", scopes.GetProperty("message").GetString());
        Assert.StartsWith("expiresInDays", days.GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_secret_is_made_once_under_its_key_and_never_shown_again()
    {
        using var admin = await host.AdminAsync();
        var input = new { name = "once", scopes = new[] { "READ" }, idempotencyKey = "token-1" };

        var first = await admin.DoAsync("createServiceToken", input, "serviceToken { id } secret");
        var replay = await admin.RefusedAsync("createServiceToken", input, "serviceToken { id } secret");
        var other = await admin.RefusedAsync("createServiceToken", input with { name = "twice" }, "secret");

        Assert.Equal("SECRET_ALREADY_SHOWN", replay.GetProperty("code").GetString());
        Assert.Contains("once", replay.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("IDEMPOTENCY_KEY_REUSED", other.GetProperty("code").GetString());
        var secret = first.GetProperty("secret").GetString()!;
        await using var db = host.Open();
        var kept = await db.Database.SqlQuery<string>($"select coalesce(response, '') as \"Value\" from idempotency_keys").ToListAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(kept, response => response.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_login_link_is_made_once_under_its_key()
    {
        using var admin = await host.AdminAsync();
        await admin.DoAsync("createUser", new { name = "linked" }, "user { id }");
        var input = new { user = "linked", idempotencyKey = "link-1" };

        await admin.DoAsync("createLoginLink", input, "loginLink { url }");

        Assert.Equal("SECRET_ALREADY_SHOWN", (await admin.RefusedAsync("createLoginLink", input, "loginLink { url }")).GetProperty("code").GetString());
    }

    private static string Redeem(string code) => $"/api/v1/access/login-links/{code}/redeem";
}
