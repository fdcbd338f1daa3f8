using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace ModelHub.Tests.GraphQL.Transport;

/// <summary>A client's end of graphql-transport-ws, message by message.</summary>
internal sealed class TestSocket : IDisposable
{
    private readonly ClientWebSocket socket = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Open, and not yet acknowledged.</summary>
    public static async Task<TestSocket> OpenAsync(WebApplication host)
    {
        var opened = new TestSocket();
        opened.socket.Options.AddSubProtocol("graphql-transport-ws");
        await opened.socket.ConnectAsync(new UriBuilder(host.Urls.Single() + "/graphql") { Scheme = "ws" }.Uri, Ct);
        return opened;
    }

    public static async Task<TestSocket> AcknowledgedAsync(WebApplication host)
    {
        var socket = await OpenAsync(host);
        await socket.SendAsync("""{"type":"connection_init"}""");
        Assert.Equal("connection_ack", (await socket.ReceiveAsync()).At("type").GetString());
        return socket;
    }

    public Task SendAsync(string message) => socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, Ct);

    public Task SubscribeAsync(string id, string query) =>
        SendAsync(JsonSerializer.Serialize(new { id, type = "subscribe", payload = new { query } }));

    public async Task<JsonElement> ReceiveAsync() =>
        await NextAsync() is { } message ? JsonDocument.Parse(message).RootElement : throw new InvalidOperationException($"The socket was closed with {(int?)socket.CloseStatus}.");

    /// <summary>The code the server closes with; what it sends before is read away.</summary>
    public async Task<int> ClosedWithAsync()
    {
        while (await NextAsync() is not null)
        {
        }

        return (int)socket.CloseStatus!;
    }

    /// <summary>False when the server closes instead of answering.</summary>
    public async Task<bool> IsAnsweredAsync() => await NextAsync() is not null;

    /// <summary>Closes as clients do, and returns the code the server answers with.</summary>
    public async Task<int> CloseAsync()
    {
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "done", Ct);
        return await ClosedWithAsync();
    }

    public void Dispose() => socket.Dispose();

    private async Task<string?> NextAsync()
    {
        var buffer = new byte[64 * 1024];
        var received = await socket.ReceiveAsync(buffer, Ct);
        return received.MessageType == WebSocketMessageType.Close ? null : Encoding.UTF8.GetString(buffer, 0, received.Count);
    }
}
