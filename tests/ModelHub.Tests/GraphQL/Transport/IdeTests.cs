using System.Net;
using Xunit;

namespace ModelHub.Tests.GraphQL.Transport;

public sealed class IdeTests : IDisposable
{
    private const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    private readonly string folder = Directory.CreateTempSubdirectory("modelhub-ide-").FullName;

    public IdeTests()
    {
        File.WriteAllText(Path.Combine(folder, "ide.html"), "<p>the page</p>");
        File.WriteAllText(Path.Combine(folder, "ide.js"), "start()");
        File.WriteAllText(Path.Combine(folder, "ide.js.br"), "compressed");
        File.WriteAllText(Path.Combine(folder, "notes.txt"), "not for browsers");
    }

    [Fact]
    public async Task A_browser_gets_the_page_with_a_strict_policy_and_everybody_else_an_answer()
    {
        await using var host = await GatedHost.StartAsync(o => (o.IdeDirectory, o.RequireAuthenticated) = (folder, true));

        using var page = await GetAsync(host, "/graphql", Browser);
        using var query = await GetAsync(host, "/graphql?query=%7B__typename%7D", Browser);
        using var client = await GetAsync(host, "/graphql", "application/json");

        Assert.Equal("<p>the page</p>", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'; script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.NotEqual(HttpStatusCode.OK, query.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, client.StatusCode);
    }

    [Theory]
    [InlineData("/graphql/ide/ide.js", "", HttpStatusCode.OK, "start()")]
    [InlineData("/graphql/ide/ide.js", "br", HttpStatusCode.OK, "compressed")]
    [InlineData("/graphql/ide/ide.html", "br", HttpStatusCode.OK, "<p>the page</p>")]
    [InlineData("/graphql/ide/notes.txt", "", HttpStatusCode.NotFound, "")]
    [InlineData("/graphql/ide/ide.js.br", "", HttpStatusCode.NotFound, "")]
    [InlineData("/graphql/ide/..%2Fide.js", "", HttpStatusCode.NotFound, "")]
    public async Task Only_its_own_files_are_served_compressed_where_that_is_understood(string path, string encoding, HttpStatusCode status, string body)
    {
        await using var host = await GatedHost.StartAsync(o => o.IdeDirectory = folder);

        using var answer = await GetAsync(host, path, "*/*", encoding);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(body, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_file_that_the_browser_has_is_not_sent_again()
    {
        await using var host = await GatedHost.StartAsync(o => o.IdeDirectory = folder);
        using var first = await GetAsync(host, "/graphql/ide/ide.js", "*/*");
        host.Client.DefaultRequestHeaders.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await GetAsync(host, "/graphql/ide/ide.js", "*/*");

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task Without_an_ide_a_browser_is_told_what_it_may_accept()
    {
        await using var host = await GatedHost.StartAsync(_ => { });

        using var page = await GetAsync(host, "/graphql", "text/html");
        using var file = await GetAsync(host, "/graphql/ide/ide.js", "*/*");

        Assert.Equal(HttpStatusCode.NotAcceptable, page.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, file.StatusCode);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static Task<HttpResponseMessage> GetAsync(GatedHost host, string path, string accept, string encoding = "")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd(accept);
        if (encoding.Length > 0)
            request.Headers.AcceptEncoding.ParseAdd(encoding);
        return host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
