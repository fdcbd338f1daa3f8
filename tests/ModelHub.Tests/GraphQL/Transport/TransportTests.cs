using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ModelHub.Tests.GraphQL.Conformance;
using Xunit;

namespace ModelHub.Tests.GraphQL.Transport;

/// <summary>The real host on a real port.</summary>
public sealed class TransportTests : IAsyncLifetime
{
    private readonly HttpClient client = new();
    private WebApplication host = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Uri Address => new(host.Urls.Single() + "/graphql");

    public async ValueTask InitializeAsync() => host = await ConformanceHost.StartAsync(0, o =>
    {
        o.Limits.ConnectionInitTimeout = TimeSpan.FromMilliseconds(300);
        o.Limits.MaxConnectionsPerPrincipal = 3;
    });

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
    }

    [Theory]
    [InlineData("application/json", "{ viewer { login } }", HttpStatusCode.OK, "application/json")]
    [InlineData("application/json", "{ nope }", HttpStatusCode.OK, "application/json")]
    [InlineData("application/graphql-response+json", "{ viewer { login } }", HttpStatusCode.OK, "application/graphql-response+json")]
    [InlineData("application/graphql-response+json", "{ nope }", HttpStatusCode.BadRequest, "application/graphql-response+json")]
    [InlineData("application/graphql-response+json;q=0.1, application/json", "{ nope }", HttpStatusCode.OK, "application/json")]
    [InlineData("*/*", "{", HttpStatusCode.OK, "application/json")]
    [InlineData("text/html", "{ viewer { login } }", HttpStatusCode.NotAcceptable, "application/json")]
    public async Task The_status_follows_what_the_client_accepts(string accept, string query, HttpStatusCode status, string type)
    {
        var answer = await Post(JsonSerializer.Serialize(new { query }), accept: accept);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "query=%7B__typename%7D", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("text/plain", """{"query":"{ __typename }"}""", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", """[{"query":"{ __typename }"}]""", HttpStatusCode.BadRequest)]
    [InlineData("application/json", """{"query":"{ __typename }","query":"{ a }"}""", HttpStatusCode.BadRequest)]
    [InlineData("application/json", """{"query":"{ echo(text: \"\ud800\") }"}""", HttpStatusCode.BadRequest)]
    [InlineData("application/json", """{"query":"query($t: String) { echo(text: $t) }","variables":{"t":"\ud800"}}""", HttpStatusCode.BadRequest)]
    [InlineData("application/json", """{"query":1}""", HttpStatusCode.BadRequest)]
    public async Task What_is_no_request_is_refused_with_its_status(string type, string body, HttpStatusCode status)
    {
        var answer = await Post(body, type);

        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task A_mutation_by_GET_is_never_run()
    {
        var answer = await client.GetAsync(new Uri(Address + "?query=" + Uri.EscapeDataString("mutation { deleteModel(input: {id: \"M1\"}) { boolean } }")), Ct);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["POST"], answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused_before_it_is_read()
    {
        var answer = await Post(JsonSerializer.Serialize(new { query = "{ __typename } #" + new string('x', 1 << 20) }));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task A_subscription_streams_its_events_and_ends()
    {
        var answer = await Post("""{"query":"subscription { counter(to: 2) }"}""", accept: "text/event-stream");

        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.Equal("event: next\ndata: {\"data\":{\"counter\":1}}\n\nevent: next\ndata: {\"data\":{\"counter\":2}}\n\nevent: complete\ndata:\n\n", text);
    }

    [Fact]
    public async Task A_socket_runs_a_subscription_beside_a_query()
    {
        using var socket = await TestSocket.AcknowledgedAsync(host);

        await socket.SendAsync("""{"id":"s","type":"subscribe","payload":{"query":"subscription { modelChanged(id: \"M2\") { name } }"}}""");
        Assert.Equal("""{"data":{"modelChanged":{"name":"model-2"}}}""", (await socket.ReceiveAsync()).At("payload").GetRawText());
        await socket.SendAsync("""{"id":"q","type":"subscribe","payload":{"query":"{ viewer { login } }"}}""");
        var seen = new List<string>();
        while (!seen.Contains("q complete"))
        {
            var message = await socket.ReceiveAsync();
            seen.Add($"{message.At("id").GetString()} {message.At("type").GetString()}");
        }

        Assert.Contains("q next", seen);
        Assert.DoesNotContain("s complete", seen);
    }

    [Theory]
    [InlineData("""{"type":"subscribe","id":"1","payload":{"query":"{ __typename }"}}""", 4401)]
    [InlineData("""{"type":"nonsense"}""", 4400)]
    [InlineData("[]", 4400)]
    [InlineData(null, 4408)]
    public async Task A_socket_that_breaks_the_protocol_is_closed_with_its_code(string? message, int code)
    {
        using var socket = await TestSocket.OpenAsync(host);
        if (message is not null)
            await socket.SendAsync(message);

        Assert.Equal(code, await socket.ClosedWithAsync());
    }

    [Fact]
    public async Task A_close_by_the_client_is_answered()
    {
        for (var i = 0; i < 50; i++)
        {
            using var socket = await TestSocket.AcknowledgedAsync(host);

            Assert.Equal(1000, await socket.CloseAsync());
        }
    }

    [Fact]
    public async Task A_caller_may_hold_only_so_many_sockets_and_gets_their_places_back()
    {
        var sockets = new List<TestSocket>();
        for (var i = 0; i < 3; i++)
            sockets.Add(await TestSocket.AcknowledgedAsync(host));
        using var refused = await TestSocket.OpenAsync(host);
        await refused.SendAsync("""{"type":"connection_init"}""");
        Assert.Equal(1013, await refused.ClosedWithAsync());

        foreach (var socket in sockets)
            socket.Dispose();

        await Support.Eventually.Holds(async () =>
        {
            using var again = await TestSocket.OpenAsync(host);
            await again.SendAsync("""{"type":"connection_init"}""");
            return await again.IsAnsweredAsync();
        });
    }

    private async Task<HttpResponseMessage> Post(string body, string type = "application/json", string accept = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address) { Content = new StringContent(body, Encoding.UTF8) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await client.SendAsync(request, Ct);
    }
}
