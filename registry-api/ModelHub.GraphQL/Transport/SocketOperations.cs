using System.Collections.Concurrent;
using System.Security.Claims;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Subscriptions;

namespace ModelHub.GraphQL.Transport;

/// <summary>The operations of one socket, a task each; the session reads on while they run.</summary>
internal sealed class SocketOperations(
    GraphQLEngine engine, ClaimsPrincipal user, HttpContext http, Func<byte[], ValueTask> send, Action<SocketClosing> close, CancellationToken ended)
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> open = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> running = new();

    public IEnumerable<Task> Running => running.Keys;

    /// <exception cref="SocketClosing">An operation of this id is open.</exception>
    public void Start(ClientMessage.Subscribe subscribe)
    {
        var cancel = CancellationTokenSource.CreateLinkedTokenSource(ended);
        if (!open.TryAdd(subscribe.Id, cancel))
            throw new SocketClosing(4409, $"Subscriber for {subscribe.Id} already exists");
        var task = RunAsync(subscribe.Id, subscribe.Request, cancel);
        running.TryAdd(task, true);
        _ = task.ContinueWith(t => running.TryRemove(t, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>The client wants no more of it.</summary>
    public Task CancelAsync(string id) => open.TryRemove(id, out var operation) ? operation.CancelAsync() : Task.CompletedTask;

    private async Task RunAsync(string id, GraphQLRequest request, CancellationTokenSource cancel)
    {
        // The reader goes on while this runs.
        await Task.Yield();
        try
        {
            if (await AnswerAsync(id, request, cancel.Token) && open.TryRemove(KeyValuePair.Create(id, cancel)))
                await send(ServerMessage.Complete(id));
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            // Completed by the client, or the socket is gone.
        }
        catch (Exception e)
        {
            engine.Log.SocketFailed(e);
            close(new SocketClosing(4500, "Internal error"));
        }
        finally
        {
            open.TryRemove(KeyValuePair.Create(id, cancel));
        }
    }

    /// <summary>True when the operation ends with <c>complete</c>, false when it ended with <c>error</c>.</summary>
    private async Task<bool> AnswerAsync(string id, GraphQLRequest request, CancellationToken ct)
    {
        if (open.Count > engine.Limits.MaxOperationsPerSocket)
            return await FailAsync(id, new GraphQLError($"There are too many operations on the socket: the limit is {engine.Limits.MaxOperationsPerSocket}.", "LIMIT"));
        using var watch = RequestWatch.Start("websocket");
        var (operation, refused) = engine.Prepare(request, user, _ => true);
        watch.Prepared(operation, refused);
        if (refused is not null)
            return await FailAsync(id, refused.Errors);
        await using var scope = http.RequestServices.CreateAsyncScope();
        var context = new RunContext(scope.ServiceProvider, user, http);
        return operation!.Plan.Kind == OperationKind.Subscription
            ? await FollowAsync(id, new Subscription(engine, operation, context), ct)
            : await RunAsync(id, operation, context, ct);
    }

    private async Task<bool> RunAsync(string id, PreparedOperation operation, RunContext context, CancellationToken ct)
    {
        using var answer = await engine.TryRunAsync(operation, context, reportCost: false, ct);
        if (answer is null)
            return await FailAsync(id, Turns.Overloaded);
        await send(ServerMessage.Next(id, answer));
        return true;
    }

    private async Task<bool> FollowAsync(string id, Subscription subscription, CancellationToken ct)
    {
        using var active = Telemetry.Subscribed();
        await foreach (var answer in subscription.RunAsync(ct))
        {
            if (answer.Failure is { } failure)
                return await FailAsync(id, failure);
            using var written = answer.Written!;
            ct.ThrowIfCancellationRequested();
            await send(ServerMessage.Next(id, written));
        }

        return true;
    }

    private async Task<bool> FailAsync(string id, params IReadOnlyList<GraphQLError> errors)
    {
        open.TryRemove(id, out _);
        await send(ServerMessage.Error(id, errors));
        return false;
    }
}
