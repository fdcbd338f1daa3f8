using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelHub.GraphQL;
using ModelHub.Tests.GraphQL.Conformance;
using Xunit;

namespace ModelHub.Tests.GraphQL.Transport;

public sealed class TrustedDocumentTests : IDisposable
{
    private const string Document = "query Hello($to: Int!) { search(text: \"model\", limit: $to) { __typename } }";

    private readonly string folder = Directory.CreateTempSubdirectory("modelhub-documents-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_trusted_document_runs_by_its_id_by_POST_and_by_GET()
    {
        var id = Store(Document);
        await using var host = await StartAsync(TrustedDocuments.Optional);

        var posted = await PostAsync(host, new { id, variables = new { to = 1 } });
        var got = await GetAsync(host, $"?id=sha256:{id}&variables=%7B%22to%22%3A1%7D");

        Assert.Equal(1, posted.Data().GetProperty("search").GetArrayLength());
        Assert.Equal(posted.GetRawText(), got.GetRawText());
    }

    [Fact]
    public async Task Where_only_trusted_documents_run_any_other_is_refused_and_the_trusted_text_runs()
    {
        var id = Store(Document);
        await using var host = await StartAsync(TrustedDocuments.Required);

        Assert.Equal(["DOCUMENT_NOT_TRUSTED"], (await PostAsync(host, new { query = "{ __typename }" })).Codes());
        Assert.Equal(["DOCUMENT_NOT_TRUSTED"], (await PostAsync(host, new { query = Document + " " })).Codes());
        Assert.Equal(["DOCUMENT_NOT_FOUND"], (await PostAsync(host, new { id = new string('0', 64) })).Codes());
        Assert.Empty((await PostAsync(host, new { id, variables = new { to = 1 } })).Codes());
        Assert.Empty((await PostAsync(host, new { query = Document, variables = new { to = 1 } })).Codes());
    }

    [Fact]
    public async Task A_document_that_was_changed_stops_the_start()
    {
        var id = Store(Document);
        await File.AppendAllTextAsync(Path.Combine(folder, id + ".graphql"), " ", Ct);

        var refused = await Assert.ThrowsAsync<SchemaException>(() => StartAsync(TrustedDocuments.Optional));

        Assert.Contains("is not named by its SHA-256", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ nothingOfThatName }", "is not valid")]
    [InlineData("{ viewer {", "is not valid")]
    public async Task A_document_that_could_never_run_stops_the_start(string document, string why)
    {
        Store(document);

        var refused = await Assert.ThrowsAsync<SchemaException>(() => StartAsync(TrustedDocuments.Optional));

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_beyond_the_limits_stops_the_start()
    {
        Store("{ " + string.Concat(Enumerable.Range(0, 101).Select(i => $"f{i}: __typename ")) + "}");

        var refused = await Assert.ThrowsAsync<SchemaException>(() => StartAsync(TrustedDocuments.Optional));

        Assert.Contains("cannot be planned", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Store(string document)
    {
        var bytes = Encoding.UTF8.GetBytes(document);
        var id = Convert.ToHexStringLower(SHA256.HashData(bytes));
        File.WriteAllBytes(Path.Combine(folder, id + ".graphql"), bytes);
        return id;
    }

    private Task<WebApplication> StartAsync(TrustedDocuments trusted) => ConformanceHost.StartAsync(0, options =>
    {
        options.TrustedDocuments = trusted;
        options.TrustedDocumentDirectories.Add(folder);
    });

    private static async Task<JsonElement> PostAsync(WebApplication host, object request)
    {
        using var client = new HttpClient { BaseAddress = new Uri(host.Urls.Single()) };
        using var answer = await client.PostAsJsonAsync("/graphql", request, Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
    }

    private static async Task<JsonElement> GetAsync(WebApplication host, string query)
    {
        using var client = new HttpClient { BaseAddress = new Uri(host.Urls.Single()) };
        return await client.GetFromJsonAsync<JsonElement>("/graphql" + query, Ct);
    }
}
