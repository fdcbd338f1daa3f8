using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;

namespace ModelHub.Console.Live;

/// <summary>One connection speaking graphql-transport-ws; it knows messages, not what they are about.</summary>
internal sealed class GraphSocket : IDisposable
{
    private const int LargestMessage = 4 << 20;
    private readonly ClientWebSocket socket = new();
    private readonly SemaphoreSlim sending = new(1);

    public WebSocketCloseStatus? CloseStatus => socket.CloseStatus;

    public async Task OpenAsync(Uri url, string token, CancellationToken ct)
    {
        socket.Options.AddSubProtocol("graphql-transport-ws");
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(10);
        socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(10);
        await socket.ConnectAsync(url, ct);
        var credentials = JsonSerializer.SerializeToElement(new ConnectionInit("Bearer " + token), LiveJson.Default.ConnectionInit);
        await SendAsync(new SocketMessage("connection_init", Payload: credentials), ct);
        var answer = await ReceiveAsync(ct);
        if (answer?.Type != "connection_ack")
            throw new WebSocketException($"The api answered '{answer?.Type ?? "close"}' instead of 'connection_ack'.");
    }

    public async Task SendAsync(SocketMessage message, CancellationToken ct)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(message, LiveJson.Default.SocketMessage);
        await sending.WaitAsync(ct);
        try
        {
            await socket.SendAsync(bytes, WebSocketMessageType.Text, true, ct);
        }
        finally
        {
            sending.Release();
        }
    }

    /// <summary>The next message; null when the other side has closed.</summary>
    public async Task<SocketMessage?> ReceiveAsync(CancellationToken ct)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.GetMemory(4096), ct);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            buffer.Advance(part.Count);
            if (buffer.WrittenCount > LargestMessage)
                throw new WebSocketException($"A message is larger than {LargestMessage} bytes.");
            if (part.EndOfMessage)
                return JsonSerializer.Deserialize(buffer.WrittenSpan, LiveJson.Default.SocketMessage);
        }
    }

    public void Dispose()
    {
        socket.Dispose();
        sending.Dispose();
    }
}
