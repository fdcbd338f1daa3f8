using System.Buffers;
using System.Net.WebSockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using ModelHub.GraphQL.Execution;

namespace ModelHub.GraphQL.Transport;

/// <summary>One socket: one loop that reads, one that writes, and the operations in between.</summary>
internal sealed class SocketSession(GraphQLEngine engine, WebSocket socket, SocketTransport transport, HttpContext http)
{
    private const int QueuedMessages = 256;

    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(2);

    private readonly Channel<byte[]> outbox = Channel.CreateBounded<byte[]>(QueuedMessages);
    private readonly CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
    private readonly TaskCompletionSource<SocketClosing> closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool initialised;
    private SocketOperations? operations;
    private string? key;

    public async Task RunAsync()
    {
        var writing = WriteAsync();
        var reading = ReadAsync();
        using var timer = transport.Time.CreateTimer(_ => CloseUnlessAcknowledged(), null, engine.Limits.ConnectionInitTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            // A close by the client ends both at once, and wants its answer too.
            await Task.WhenAny(reading, closing.Task);
            if (closing.Task.IsCompleted)
            {
                var close = await closing.Task;
                await CloseAsync(close.Code, close.Message);
            }

            await Task.WhenAny(reading, Task.Delay(ClosingTime, CancellationToken.None));
        }
        finally
        {
            await ended.CancelAsync();
            outbox.Writer.TryComplete();
            // Aborting resets the connection, and would take the answer to a close with it.
            if (socket.State != WebSocketState.Closed)
                socket.Abort();
            await Task.WhenAll([reading, writing, .. operations?.Running ?? []]);
            if (key is not null)
                transport.Connections.Leave(key);
            ended.Dispose();
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

    private void CloseUnlessAcknowledged()
    {
        if (operations is null)
            closing.TrySetResult(new SocketClosing(4408, "Connection initialisation timeout"));
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await ReceiveAsync() is { } message)
                await HandleAsync(ClientMessage.Parse(message));
        }
        catch (SocketClosing close)
        {
            closing.TrySetResult(close);
            await DrainAsync();
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client vanished: the session ends like after a close.
        }
    }

    /// <summary>Until the client has answered the close.</summary>
    private async Task DrainAsync()
    {
        var buffer = new byte[1024];
        try
        {
            while (socket.State is WebSocketState.Open or WebSocketState.CloseSent && (await socket.ReceiveAsync(buffer, ended.Token)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Nobody is left to answer.
        }
    }

    private async ValueTask<byte[]?> ReceiveAsync()
    {
        var message = new ArrayBufferWriter<byte>(1024);
        while (true)
        {
            var part = await socket.ReceiveAsync(message.GetMemory(1024), ended.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                closing.TrySetResult(new SocketClosing(1000, ""));
                return null;
            }

            if (part.MessageType == WebSocketMessageType.Binary)
                throw SocketClosing.Invalid("Messages must be text.");
            message.Advance(part.Count);
            if (message.WrittenCount > engine.Limits.MaxSocketMessageBytes)
                throw new SocketClosing(1009, "The message is too large.");
            if (part.EndOfMessage)
                return message.WrittenSpan.ToArray();
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var message in outbox.Reader.ReadAllAsync(ended.Token))
                await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, ended.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The socket is closed; the reader notices the same.
        }
    }

    private async ValueTask HandleAsync(ClientMessage message)
    {
        switch (message)
        {
            case ClientMessage.Init init:
                await InitAsync(init);
                break;
            case ClientMessage.Ping ping:
                await SendAsync(ServerMessage.Pong(ping.Payload));
                break;
            case ClientMessage.Subscribe subscribe:
                (operations ?? throw new SocketClosing(4401, "Unauthorized")).Start(subscribe);
                break;
            case ClientMessage.Complete complete when operations is not null:
                await operations.CancelAsync(complete.Id);
                break;
        }
    }

    private async ValueTask InitAsync(ClientMessage.Init init)
    {
        if (initialised)
            throw new SocketClosing(4429, "Too many initialisation requests");
        initialised = true;
        var user = await transport.AuthenticateAsync(http, init.Payload) ?? throw new SocketClosing(4403, "Forbidden");
        var own = OpenConnections.KeyOf(user, http);
        if (!transport.Connections.TryEnter(own))
            throw new SocketClosing(1013, "There are too many sockets.");
        key = own;
        operations = new SocketOperations(engine, user, http, SendAsync, close => closing.TrySetResult(close), ended.Token);
        if (Expiry.Left(user, transport.Time) is { } left)
            _ = CloseAfterAsync(left);
        await SendAsync(ServerMessage.Ack);
    }

    private async Task CloseAfterAsync(TimeSpan left)
    {
        try
        {
            await Task.Delay(left, transport.Time, ended.Token);
            closing.TrySetResult(new SocketClosing(4403, "Forbidden"));
        }
        catch (OperationCanceledException)
        {
            // The socket ended before its token.
        }
    }

    private ValueTask SendAsync(byte[] message) => outbox.Writer.WriteAsync(message, ended.Token);
}
