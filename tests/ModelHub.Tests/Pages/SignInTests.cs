using System.Net;
using Xunit;

namespace ModelHub.Tests.Pages;

/// <summary>The real console host before a small api.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("modelhub-console-");
    private SmallApi api = null!;
    private WebApplication console = null!;

    public async ValueTask InitializeAsync()
    {
        api = await SmallApi.StartAsync(TestContext.Current.CancellationToken);
        console = await StartConsoleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await console.DisposeAsync();
        await api.DisposeAsync();
        data.Delete(true);
    }

    [Fact]
    public async Task A_login_link_signs_in_once()
    {
        api.Codes["once"] = 0;
        using var browser = Browser();
        using var other = Browser();

        using var first = await GetAsync(browser, "/login?code=once");
        using var second = await GetAsync(other, "/login?code=once");

        Assert.Equal("/", first.Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.Unauthorized, second.StatusCode);
        using var page = await GetAsync(browser, "/models");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Theory]
    [InlineData(429, HttpStatusCode.TooManyRequests, "tried too often within a minute. It was not used up")]
    [InlineData(503, HttpStatusCode.ServiceUnavailable, "does not answer")]
    public async Task A_link_that_the_api_did_not_judge_is_not_called_used(int refuses, HttpStatusCode status, string words)
    {
        api.Codes["waits"] = 0;
        api.Refuses = refuses;
        using var browser = Browser();

        using var refused = await GetAsync(browser, "/login?code=waits");
        api.Refuses = null;
        using var later = await GetAsync(browser, "/login?code=waits");

        var page = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(status, refused.StatusCode);
        Assert.Contains(words, page, StringComparison.Ordinal);
        Assert.DoesNotContain("used already", page, StringComparison.Ordinal);
        Assert.Equal("/", later.Headers.Location?.ToString());
    }

    [Fact]
    public async Task A_file_goes_to_the_store_in_the_name_of_whoever_is_signed_in_and_of_nobody_else()
    {
        var ct = TestContext.Current.CancellationToken;
        api.Codes["mine"] = 0;
        using var browser = Browser();
        using var stranger = Browser();
        using var signedIn = await GetAsync(browser, "/login?code=mine");

        using var stored = await SendAsync(browser, [1, 2, 3]);
        using var refused = await SendAsync(browser, []);
        using var turnedAway = await SendAsync(stranger, [4]);

        Assert.Contains("sha256:of-it", await stored.Content.ReadAsStringAsync(ct), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("Nothing came.", await refused.Content.ReadAsStringAsync(ct), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, turnedAway.StatusCode);
        Assert.Equal(["Bearer mh_mine"], api.Stored.Keys);

        async Task<HttpResponseMessage> SendAsync(HttpClient from, byte[] bytes)
        {
            using var file = new HttpRequestMessage(HttpMethod.Put, "/uploads") { Content = new ByteArrayContent(bytes), Headers = { { "X-Requested-With", "XMLHttpRequest" } } };
            return await from.SendAsync(file, ct);
        }
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example/")]
    public async Task After_signing_in_one_is_never_sent_to_another_site(string to)
    {
        api.Codes["code"] = 0;
        using var browser = Browser();

        using var answer = await GetAsync(browser, "/login?code=code&to=" + Uri.EscapeDataString(to));

        Assert.Equal("/", answer.Headers.Location?.ToString());
    }

    [Fact]
    public async Task A_prefetch_does_not_use_the_link_up()
    {
        api.Codes["kept"] = 0;
        using var browser = Browser();
        using var guess = new HttpRequestMessage(HttpMethod.Get, "/login?code=kept") { Headers = { { "Sec-Purpose", "prefetch" } } };

        using var refused = await browser.SendAsync(guess, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.True(api.Codes.ContainsKey("kept"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/models")]
    [InlineData("/audit")]
    [InlineData("/access")]
    [InlineData("/webhooks")]
    public async Task Who_is_not_signed_in_sees_the_door_only(string path)
    {
        using var browser = Browser();

        using var answer = await GetAsync(browser, path);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith("/login", answer.Headers.Location!.PathAndQuery(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_token_ends_the_sign_in()
    {
        api.Codes["gone"] = 0;
        api.Revoked["Bearer mh_gone"] = 0;
        using var browser = Browser();
        using var signedIn = await GetAsync(browser, "/login?code=gone");

        using var answer = await GetAsync(browser, "/models");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    [Fact]
    public async Task A_sign_in_survives_a_restart_of_the_console()
    {
        api.Codes["lasting"] = 0;
        var cookies = new CookieContainer();
        using (var before = Browser(cookies))
        using (await GetAsync(before, "/login?code=lasting"))
        {
            await console.DisposeAsync();
        }

        console = await StartConsoleAsync();
        using var after = Browser(cookies);
        using var answer = await GetAsync(after, "/models");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task No_page_may_run_or_load_what_is_not_its_own()
    {
        using var browser = Browser();

        using var answer = await GetAsync(browser, "/login");

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        var page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", page);
        Assert.DoesNotMatch("<script(?![^>]*src=)", page);
    }

    private async Task<WebApplication> StartConsoleAsync()
    {
        var app = ModelHub.Console.Program.Create(["--Api", api.Url, "--Data", data.FullName, "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "None"]);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private HttpClient Browser(CookieContainer? cookies = null)
    {
        // A restarted console listens elsewhere; cookies do not mind the port.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies ?? new CookieContainer() };
        return new HttpClient(handler) { BaseAddress = new Uri(SmallApi.AddressOf(console)) };
    }

    private static Task<HttpResponseMessage> GetAsync(HttpClient browser, string path) =>
        browser.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
}

file static class Locations
{
    public static string PathAndQuery(this Uri location) => location.IsAbsoluteUri ? location.PathAndQuery : location.ToString();
}
