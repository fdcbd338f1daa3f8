using System.Buffers;
using System.Net.WebSockets;
using System.Threading.Channels;

namespace ModelHub.GraphQL.Transport;

/// <summary>Whole messages over a socket, in and out; what waits to be sent is bounded.</summary>
internal sealed class SocketWire(WebSocket socket, int maxMessageBytes)
{
    public static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(2);

    private const int QueuedMessages = 256;

    private readonly Channel<byte[]> outbox = Channel.CreateBounded<byte[]>(QueuedMessages);

    public ValueTask SendAsync(byte[] message, CancellationToken ct) => outbox.Writer.WriteAsync(message, ct);

    /// <summary>The next message; null when the client closes.</summary>
    /// <exception cref="SocketClosing">It is no text, or too large.</exception>
    public async ValueTask<byte[]?> ReceiveAsync(CancellationToken ct)
    {
        var message = new ArrayBufferWriter<byte>(1024);
        while (true)
        {
            var part = await socket.ReceiveAsync(message.GetMemory(1024), ct);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            if (part.MessageType == WebSocketMessageType.Binary)
                throw SocketClosing.Invalid("Messages must be text.");
            message.Advance(part.Count);
            if (message.WrittenCount > maxMessageBytes)
                throw new SocketClosing(1009, "The message is too large.");
            if (part.EndOfMessage)
                return message.WrittenSpan.ToArray();
        }
    }

    /// <summary>Sends what is queued until the session ends.</summary>
    public async Task WriteAsync(CancellationToken ct)
    {
        try
        {
            await foreach (var message in outbox.Reader.ReadAllAsync(ct))
                await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, ct);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The socket is closed; the reader notices the same.
        }
    }

    /// <summary>Until the client has answered the close.</summary>
    public async Task DrainAsync(CancellationToken ct)
    {
        var buffer = new byte[1024];
        try
        {
            while (socket.State is WebSocketState.Open or WebSocketState.CloseSent && (await socket.ReceiveAsync(buffer, ct)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Nobody is left to answer.
        }
    }

    public async Task CloseAsync(int code, string reason)
    {
        try
        {
            using var limit = new CancellationTokenSource(ClosingTime);
            await socket.CloseOutputAsync((WebSocketCloseStatus)code, reason.Length > 100 ? reason[..100] : reason, limit.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or InvalidOperationException or ObjectDisposedException)
        {
            // The other side is gone already, which is what closing wanted.
        }
    }

    /// <summary>Nothing is sent or read any more.</summary>
    public void End()
    {
        outbox.Writer.TryComplete();
        // Aborting resets the connection, and would take the answer to a close with it.
        if (socket.State != WebSocketState.Closed)
            socket.Abort();
    }
}
