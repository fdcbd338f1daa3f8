using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using ModelHub.GraphQL.Execution;

namespace ModelHub.GraphQL.Transport;

/// <summary>One socket: one loop that reads, one that writes, and the operations in between.</summary>
internal sealed class SocketSession(GraphQLEngine engine, SocketWire wire, SocketTransport transport, HttpContext http)
{
    private readonly CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
    private readonly TaskCompletionSource<SocketClosing> closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool initialised;
    private SocketOperations? operations;
    private string? key;

    public async Task RunAsync()
    {
        var writing = wire.WriteAsync(ended.Token);
        var reading = ReadAsync();
        using var timer = transport.Time.CreateTimer(_ => CloseUnlessAcknowledged(), null, engine.Limits.ConnectionInitTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            // A close by the client ends both at once, and wants its answer too.
            await Task.WhenAny(reading, closing.Task);
            if (closing.Task.IsCompleted)
            {
                var close = await closing.Task;
                await wire.CloseAsync(close.Code, close.Message);
            }

            await Task.WhenAny(reading, Task.Delay(SocketWire.ClosingTime, CancellationToken.None));
        }
        finally
        {
            await ended.CancelAsync();
            wire.End();
            await Task.WhenAll([reading, writing, .. operations?.Running ?? []]);
            if (key is not null)
                transport.Connections.Leave(key);
            ended.Dispose();
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
            while (await wire.ReceiveAsync(ended.Token) is { } message)
                await HandleAsync(ClientMessage.Parse(message));
            closing.TrySetResult(new SocketClosing(1000, ""));
        }
        catch (SocketClosing close)
        {
            closing.TrySetResult(close);
            await wire.DrainAsync(ended.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client vanished: the session ends like after a close.
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

    private ValueTask SendAsync(byte[] message) => wire.SendAsync(message, ended.Token);
}
