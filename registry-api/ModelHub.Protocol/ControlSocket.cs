using System.Buffers;
using System.Net.WebSockets;

namespace ModelHub.Protocol;

/// <summary>
/// One side of a control stream over a WebSocket: whole text messages, one sender at a time, bounded sizes.
/// Used by the API (<see cref="ReceiveUpAsync"/>) and by nodes and routers (<see cref="ReceiveDownAsync"/>).
/// </summary>
public sealed class ControlSocket(WebSocket socket) : IDisposable
{
    private readonly SemaphoreSlim sending = new(1, 1);

    public Task SendAsync(UpMessage message, CancellationToken ct) => SendAsync(ControlMessages.Write(message).AsMemory(), ct);

    public Task SendAsync(DownMessage message, CancellationToken ct) => SendAsync(ControlMessages.Write(message).AsMemory(), ct);

    /// <param name="written">a message as <see cref="ControlMessages"/> writes it, for those who send one to many</param>
    public async Task SendAsync(ReadOnlyMemory<byte> written, CancellationToken ct)
    {
        await sending.WaitAsync(ct);
        try
        {
            await socket.SendAsync(written, WebSocketMessageType.Text, endOfMessage: true, ct);
        }
        finally
        {
            sending.Release();
        }
    }

    /// <returns>the next message, or null when the peer closed the stream</returns>
    /// <exception cref="ProtocolException">the message is too large or not of the protocol</exception>
    public async Task<UpMessage?> ReceiveUpAsync(CancellationToken ct)
    {
        var bytes = await ReceiveAsync(ControlMessages.MaxUpBytes, ct);
        return bytes is null ? null : ControlMessages.ReadUp(bytes.WrittenSpan);
    }

    /// <inheritdoc cref="ReceiveUpAsync"/>
    public async Task<DownMessage?> ReceiveDownAsync(CancellationToken ct)
    {
        var bytes = await ReceiveAsync(ControlMessages.MaxDownBytes, ct);
        return bytes is null ? null : ControlMessages.ReadDown(bytes.WrittenSpan);
    }

    /// <summary>Says goodbye if the peer still listens.</summary>
    public async Task CloseAsync(CancellationToken ct)
    {
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, ct);
    }

    public void Dispose()
    {
        sending.Dispose();
        socket.Dispose();
    }

    private async Task<ArrayBufferWriter<byte>?> ReceiveAsync(int limit, CancellationToken ct)
    {
        var message = new ArrayBufferWriter<byte>(4096);
        while (true)
        {
            var part = await socket.ReceiveAsync(message.GetMemory(4096), ct);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            message.Advance(part.Count);
            if (message.WrittenCount > limit)
                throw new ProtocolException($"The message is larger than {limit} bytes.");
            if (!part.EndOfMessage)
                continue;
            // A large table is long work; it shall not be done on a thread that carries requests.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            return message;
        }
    }
}
