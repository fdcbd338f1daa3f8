using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Security.Claims;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Subscriptions;

namespace ModelHub.GraphQL.Transport;

/// <summary>One socket: one loop that reads, one that writes, and a task per operation.</summary>
internal sealed class SocketSession(GraphQLEngine engine, WebSocket socket, SocketTransport transport, HttpContext http, TimeProvider time)
{
    private const int QueuedMessages = 256;

    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(2);

    private readonly Channel<byte[]> outbox = Channel.CreateBounded<byte[]>(QueuedMessages);
    private readonly ConcurrentDictionary<string, CancellationTokenSource> operations = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> running = new();
    private readonly CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
    private readonly TaskCompletionSource<SocketClosing> closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool initialised;
    private ClaimsPrincipal? user;
    private string? key;

    public async Task RunAsync()
    {
        var writing = WriteAsync();
        var reading = ReadAsync();
        using var timer = time.CreateTimer(_ => CloseUnlessAcknowledged(), null, engine.Limits.ConnectionInitTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            if (await Task.WhenAny(reading, closing.Task) == closing.Task)
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
            socket.Abort();
            await Task.WhenAll([reading, writing, .. running.Keys]);
            if (key is not null)
                transport.Leave(key);
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
        if (user is null)
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
            if (message.WrittenCount > engine.Limits.MaxBodyBytes)
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
                Subscribe(subscribe);
                break;
            case ClientMessage.Complete complete when operations.TryRemove(complete.Id, out var operation):
                await operation.CancelAsync();
                break;
        }
    }

    private async ValueTask InitAsync(ClientMessage.Init init)
    {
        if (initialised)
            throw new SocketClosing(4429, "Too many initialisation requests");
        initialised = true;
        user = await transport.AuthenticateAsync(http, init.Payload) ?? throw new SocketClosing(4403, "Forbidden");
        var own = SocketTransport.KeyOf(user, http);
        if (!transport.Enter(own))
            throw new SocketClosing(1013, "There are too many sockets.");
        key = own;
        if (long.TryParse(user.FindFirstValue("exp"), out var seconds))
            _ = CloseAtAsync(DateTimeOffset.FromUnixTimeSeconds(seconds));
        await SendAsync(ServerMessage.Ack);
    }

    private async Task CloseAtAsync(DateTimeOffset expiry)
    {
        try
        {
            // Task.Delay takes at most some 49 days; no socket lives that long.
            var left = expiry - time.GetUtcNow();
            await Task.Delay(left < TimeSpan.Zero ? TimeSpan.Zero : left > TimeSpan.FromDays(40) ? TimeSpan.FromDays(40) : left, time, ended.Token);
            closing.TrySetResult(new SocketClosing(4403, "Forbidden"));
        }
        catch (OperationCanceledException)
        {
            // The socket ended before its token.
        }
    }

    private void Subscribe(ClientMessage.Subscribe subscribe)
    {
        if (user is null)
            throw new SocketClosing(4401, "Unauthorized");
        var cancel = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
        if (!operations.TryAdd(subscribe.Id, cancel))
            throw new SocketClosing(4409, $"Subscriber for {subscribe.Id} already exists");
        var task = RunAsync(subscribe.Id, subscribe.Request, cancel);
        running.TryAdd(task, true);
        _ = task.ContinueWith(t => running.TryRemove(t, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task RunAsync(string id, GraphQLRequest request, CancellationTokenSource cancel)
    {
        // The reader goes on while this runs.
        await Task.Yield();
        try
        {
            if (await AnswerAsync(id, request, cancel.Token) && operations.TryRemove(KeyValuePair.Create(id, cancel)))
                await SendAsync(ServerMessage.Complete(id));
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            // Completed by the client, or the socket is gone.
        }
        catch (Exception e)
        {
            engine.Log.SocketFailed(e);
            closing.TrySetResult(new SocketClosing(4500, "Internal error"));
        }
        finally
        {
            operations.TryRemove(KeyValuePair.Create(id, cancel));
        }
    }

    /// <summary>True when the operation ends with <c>complete</c>, false when it ended with <c>error</c>.</summary>
    private async Task<bool> AnswerAsync(string id, GraphQLRequest request, CancellationToken ct)
    {
        if (operations.Count > engine.Limits.MaxOperationsPerSocket)
            return await FailAsync(id, [new GraphQLError($"There are too many operations on the socket: the limit is {engine.Limits.MaxOperationsPerSocket}.", "LIMIT")]);
        var (operation, refused) = engine.Prepare(request, user!, _ => true);
        if (refused is not null)
            return await FailAsync(id, refused.Errors);
        await using var scope = http.RequestServices.CreateAsyncScope();
        var context = new RunContext(scope.ServiceProvider, user!, http);
        if (operation!.Plan.Kind != OperationKind.Subscription)
        {
            await engine.Places.WaitAsync(ct);
            try
            {
                using var answer = await engine.RunAsync(operation, context, null, false, ct);
                await SendAsync(ServerMessage.Next(id, answer));
            }
            finally
            {
                engine.Places.Release();
            }

            return true;
        }

        await foreach (var answer in new Subscription(engine, operation, context).RunAsync(ct))
        {
            if (answer.Failure is { } failure)
                return await FailAsync(id, [failure]);
            using var written = answer.Written!;
            ct.ThrowIfCancellationRequested();
            await SendAsync(ServerMessage.Next(id, written));
        }

        return true;
    }

    private async Task<bool> FailAsync(string id, IReadOnlyList<GraphQLError> errors)
    {
        operations.TryRemove(id, out _);
        await SendAsync(ServerMessage.Error(id, errors));
        return false;
    }

    private ValueTask SendAsync(byte[] message) => outbox.Writer.WriteAsync(message, ended.Token);
}
