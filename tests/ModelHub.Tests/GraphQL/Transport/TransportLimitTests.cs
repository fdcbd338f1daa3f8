using System.Net;
using System.Net.Sockets;
using System.Text;
using ModelHub.GraphQL;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.GraphQL.Transport;

public sealed class TransportLimitTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Beyond_the_places_a_client_is_told_to_come_back_on_every_transport()
    {
        await using var host = await GatedHost.StartAsync(o => (o.Limits.MaxConcurrentExecutions, o.Limits.QueueTimeout) = (1, TimeSpan.FromMilliseconds(50)));
        var first = host.PostAsync("{ held }");
        await Eventually.Holds(() => host.Held == 1);

        using var second = await host.PostAsync("{ __typename }");
        using var streamed = await host.PostAsync("{ __typename }", accept: "text/event-stream");
        using var socket = await TestSocket.AcknowledgedAsync(host.App);
        await socket.SubscribeAsync("1", "{ __typename }");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), second.Headers.RetryAfter!.Delta);
        Assert.Contains("OVERLOADED", await streamed.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Equal("OVERLOADED", (await socket.ReceiveAsync()).At("payload.0.extensions.code").GetString());

        host.Open();
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync("{ __typename }")).StatusCode);
    }

    [Fact]
    public async Task Only_so_many_wait_for_a_place_and_the_next_is_told_at_once()
    {
        await using var host = await GatedHost.StartAsync(o =>
            (o.Limits.MaxConcurrentExecutions, o.Limits.MaxQueuedExecutions, o.Limits.QueueTimeout) = (1, 2, TimeSpan.FromMinutes(10)));
        var first = host.PostAsync("{ held }");
        await Eventually.Holds(() => host.Held == 1);
        List<Task<HttpResponseMessage>> others = [.. Enumerable.Range(0, 5).Select(_ => host.PostAsync("{ __typename }"))];

        // Three are told within the ten minutes that the two that wait would wait.
        for (var told = 0; told < 3; told++)
        {
            var one = await Task.WhenAny(others);
            others.Remove(one);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await one).StatusCode);
        }
        Assert.DoesNotContain(others, o => o.IsCompleted);

        host.Open();
        foreach (var waited in others.Prepend(first))
            Assert.Equal(HttpStatusCode.OK, (await waited).StatusCode);
    }

    [Fact]
    public async Task A_socket_runs_only_so_many_operations_at_once_and_goes_on_when_one_ends()
    {
        await using var host = await GatedHost.StartAsync(o => o.Limits.MaxOperationsPerSocket = 2);
        using var socket = await TestSocket.AcknowledgedAsync(host.App);
        await socket.SubscribeAsync("1", "subscription { tick }");
        await socket.ReceiveAsync();
        await socket.SubscribeAsync("2", "subscription { tick }");
        await socket.ReceiveAsync();

        await socket.SubscribeAsync("3", "{ __typename }");
        var refused = await socket.ReceiveAsync();
        await socket.SendAsync("""{"id":"2","type":"complete"}""");
        await socket.SubscribeAsync("4", "{ __typename }");

        Assert.Equal("3 error LIMIT", $"{refused.At("id")} {refused.At("type")} {refused.At("payload.0.extensions.code")}");
        Assert.Equal("next", (await socket.ReceiveAsync()).At("type").GetString());
    }

    [Fact]
    public async Task A_socket_message_beyond_the_limit_closes_the_socket()
    {
        await using var host = await GatedHost.StartAsync(o => o.Limits.MaxSocketMessageBytes = 1024);
        using var socket = await TestSocket.AcknowledgedAsync(host.App);

        await socket.SubscribeAsync("1", "{ __typename } #" + new string('x', 2000));

        Assert.Equal(1009, await socket.ClosedWithAsync());
    }

    [Fact]
    public async Task A_socket_ends_with_the_credentials_it_was_opened_with()
    {
        await using var host = await GatedHost.StartAsync(_ => { }, expires: DateTimeOffset.UtcNow.AddSeconds(1));
        using var socket = await TestSocket.AcknowledgedAsync(host.App);
        await socket.SubscribeAsync("1", "subscription { tick }");

        Assert.Equal(4403, await socket.ClosedWithAsync());
    }

    [Fact]
    public async Task An_event_stream_ends_with_the_credentials_it_was_opened_with()
    {
        await using var host = await GatedHost.StartAsync(_ => { }, expires: DateTimeOffset.UtcNow.AddSeconds(1));

        using var stream = await host.PostAsync("subscription { tick }", accept: "text/event-stream");

        Assert.Equal("event: next\ndata: {\"data\":{\"tick\":1}}\n\nevent: complete\ndata:\n\n", await stream.Content.ReadAsStringAsync(Ct));
    }

    [Fact]
    public async Task Streams_and_sockets_of_a_caller_are_counted_together_and_queries_are_not()
    {
        await using var host = await GatedHost.StartAsync(o => o.Limits.MaxConnectionsPerPrincipal = 1);
        var stream = await host.PostAsync("subscription { tick }", accept: "text/event-stream");

        using var second = await host.PostAsync("subscription { tick }", accept: "text/event-stream");
        using var query = await host.PostAsync("{ __typename }", accept: "text/event-stream");
        using var socket = await TestSocket.OpenAsync(host.App);
        await socket.SendAsync("""{"type":"connection_init"}""");

        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.Equal(HttpStatusCode.OK, query.StatusCode);
        Assert.Equal(1013, await socket.ClosedWithAsync());

        stream.Dispose();
        await Eventually.Holds(async () => (await host.PostAsync("subscription { tick }", accept: "text/event-stream")).StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_body_that_does_not_arrive_in_time_is_not_waited_for()
    {
        await using var host = await GatedHost.StartAsync(o => o.Limits.BodyTimeout = TimeSpan.FromMilliseconds(200));
        using var slow = new TcpClient();
        await slow.ConnectAsync(IPAddress.Loopback, new Uri(host.App.Urls.Single()).Port, Ct);
        await slow.GetStream().WriteAsync("POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"u8.ToArray(), Ct);

        using var reader = new StreamReader(slow.GetStream(), Encoding.UTF8);

        Assert.Equal("HTTP/1.1 408 Request Timeout", await reader.ReadLineAsync(Ct));
    }

    [Fact]
    public void Where_only_trusted_documents_are_to_run_there_must_be_some()
    {
        var refused = Assert.Throws<ArgumentException>(() => Graph.Of([typeof(GatedHost.Query)], o => o.TrustedDocuments = TrustedDocuments.Required));

        Assert.Contains("no directory", refused.Message, StringComparison.Ordinal);
    }
}
