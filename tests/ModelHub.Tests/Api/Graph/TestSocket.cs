using System.Net.WebSockets;
using System.Text.Json;
using Xunit;

namespace ModelHub.Tests.Api.Graph;

/// <summary>A client of graphql-transport-ws.</summary>
internal sealed class TestSocket : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ClientWebSocket socket = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public WebSocketCloseStatus? CloseStatus => socket.CloseStatus;

    /// <summary>Opened, not yet signed in.</summary>
    public static async Task<TestSocket> OpenAsync(Uri host)
    {
        var opened = new TestSocket();
        opened.socket.Options.AddSubProtocol("graphql-transport-ws");
        await opened.socket.ConnectAsync(new UriBuilder(host) { Scheme = "ws", Path = "/graphql" }.Uri, Ct);
        return opened;
    }

    /// <summary>Signed in and subscribed under the id 1; from here on nothing is missed.</summary>
    public static async Task<TestSocket> SubscribeAsync(Uri host, string token, string query)
    {
        var opened = await OpenAsync(host);
        await opened.SendAsync(new { type = "connection_init", payload = new { authorization = "Bearer " + token } });
        Assert.Equal("connection_ack", await opened.TypeAsync());
        await opened.SendAsync(new { type = "subscribe", id = "1", payload = new { query } });
        // A ping is answered after the subscribe was taken in.
        await opened.SendAsync(new { type = "ping" });
        Assert.Equal("pong", await opened.TypeAsync());
        return opened;
    }

    public Task SendAsync(object message) => socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, true, Ct);

    /// <summary>The next message; undefined when the server closed the socket.</summary>
    public async Task<JsonElement> ReceiveAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(Patience);
        using var whole = new MemoryStream();
        var part = new byte[16384];
        while (true)
        {
            var read = await socket.ReceiveAsync(part, patience.Token);
            if (read.MessageType == WebSocketMessageType.Close)
                return default;
            whole.Write(part, 0, read.Count);
            if (read.EndOfMessage)
                return JsonSerializer.Deserialize<JsonElement>(whole.ToArray());
        }
    }

    /// <summary>The next event's field; fails on anything but an event.</summary>
    public async Task<JsonElement> NextAsync(string field = "events")
    {
        while (true)
        {
            var message = await ReceiveAsync();
            if (message.GetProperty("type").GetString() == "next")
                return message.GetProperty("payload").GetProperty("data").GetProperty(field);
            Assert.True(message.GetProperty("type").GetString() is "ping" or "pong", $"{message}");
        }
    }

    /// <summary>The code of the error that ends the subscription; events before it are passed over.</summary>
    public async Task<string> ErrorAsync()
    {
        while (true)
        {
            var message = await ReceiveAsync();
            if (message.GetProperty("type").GetString() == "error")
                return message.GetProperty("payload")[0].GetProperty("extensions").GetProperty("code").GetString()!;
        }
    }

    public void Dispose() => socket.Dispose();

    private async Task<string> TypeAsync() => (await ReceiveAsync()).GetProperty("type").GetString()!;
}
