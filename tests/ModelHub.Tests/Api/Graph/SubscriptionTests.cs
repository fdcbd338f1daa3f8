using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using ModelHub.Domain.Access;
using Xunit;

namespace ModelHub.Tests.Api.Graph;

public sealed class SubscriptionTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_arrive_as_they_happen_and_from_a_sequence_on()
    {
        using var admin = await host.AdminAsync();
        await admin.ModelAsync("sub.before");
        var last = (await admin.QueryAsync("{ events(first: 1) { nodes { sequence } } }")).GetProperty("events").GetProperty("nodes")[0].GetProperty("sequence").GetInt64();
        using var live = await SubscribeAsync(admin, "subscription { events(types: [\"model.created\"]) { subject } }");
        using var replay = await SubscribeAsync(admin, $"subscription {{ events(after: {last - 1}) {{ sequence subject }} }}");

        Assert.Equal("model:sub.before", (await NextAsync(replay)).GetProperty("subject").GetString());
        await admin.ModelAsync("sub.after");

        // "Now" may lie a moment back while another transaction holds events, so the one before may be told too.
        string? heard;
        do
            heard = (await NextAsync(live)).GetProperty("subject").GetString();
        while (heard == "model:sub.before");
        Assert.Equal("model:sub.after", heard);
        Assert.Equal("model:sub.after", (await NextAsync(replay)).GetProperty("subject").GetString());
    }

    [Fact]
    public async Task Nobody_hears_of_what_they_may_not_read()
    {
        using var admin = await host.AdminAsync();
        using var reader = await host.AsAsync(Role.Viewer, "open");
        using var socket = await SubscribeAsync(reader, "subscription { events { subject } }");

        await admin.ModelAsync("closed.model");
        await admin.ModelAsync("open.model");

        Assert.Equal("model:open.model", (await NextAsync(socket)).GetProperty("subject").GetString());
    }

    [Fact]
    public async Task A_socket_without_a_token_is_closed()
    {
        using var socket = await OpenAsync();

        await SendAsync(socket, new { type = "connection_init" });

        var result = await socket.ReceiveAsync(new byte[1000], Ct);
        Assert.Equal(WebSocketMessageType.Close, result.MessageType);
        Assert.InRange((int)result.CloseStatus!.Value, 4400, 4499);
    }

    private async Task<ClientWebSocket> OpenAsync()
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        await socket.ConnectAsync(new UriBuilder(host.Address) { Scheme = "ws", Path = "/graphql" }.Uri, Ct);
        return socket;
    }

    private async Task<ClientWebSocket> SubscribeAsync(ApiClient client, string query)
    {
        var socket = await OpenAsync();
        await SendAsync(socket, new { type = "connection_init", payload = new { authorization = "Bearer " + client.Token } });
        Assert.Equal("connection_ack", (await ReceiveAsync(socket)).GetProperty("type").GetString());
        await SendAsync(socket, new { type = "subscribe", id = "1", payload = new { query } });
        // A ping is answered after the subscribe was taken in: from here on nothing is missed.
        await SendAsync(socket, new { type = "ping" });
        Assert.Equal("pong", (await ReceiveAsync(socket)).GetProperty("type").GetString());
        await Task.Yield();
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, object message)
        => socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, true, Ct);

    private static async Task<JsonElement> ReceiveAsync(ClientWebSocket socket)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        var buffer = new byte[65536];
        var read = await socket.ReceiveAsync(buffer, patience.Token);
        return JsonSerializer.Deserialize<JsonElement>(Encoding.UTF8.GetString(buffer, 0, read.Count));
    }

    private static async Task<JsonElement> NextAsync(ClientWebSocket socket)
    {
        while (true)
        {
            var message = await ReceiveAsync(socket);
            if (message.GetProperty("type").GetString() == "next")
                return message.GetProperty("payload").GetProperty("data").GetProperty("events");
            Assert.True(message.GetProperty("type").GetString() is "ping" or "pong", $"{message}");
        }
    }
}
