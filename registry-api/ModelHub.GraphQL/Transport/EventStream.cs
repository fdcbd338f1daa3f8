using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Subscriptions;

namespace ModelHub.GraphQL.Transport;

/// <summary>Server-sent events, one connection per operation: <c>next</c> for each answer, then <c>complete</c>.</summary>
internal sealed class EventStream(GraphQLEngine engine, OpenConnections connections, TimeProvider time)
{
    /// <summary>False, with nothing sent, when the caller holds too many connections.</summary>
    public async Task<bool> TryAnswerAsync(HttpContext http, PreparedOperation? operation, Refused? refused)
    {
        if (operation?.Plan.Kind != OperationKind.Subscription)
        {
            await AnswerAsync(http, operation, refused);
            return true;
        }

        var key = OpenConnections.KeyOf(http.User, http);
        if (!connections.TryEnter(key))
            return false;
        try
        {
            await BeginAsync(http);
            await SubscribeAsync(http, operation);
            await CompleteAsync(http);
            return true;
        }
        finally
        {
            connections.Leave(key);
        }
    }

    private async Task AnswerAsync(HttpContext http, PreparedOperation? operation, Refused? refused)
    {
        await BeginAsync(http);
        var context = new RunContext(http.RequestServices, http.User, http);
        using var answer = operation is null
            ? Failed(refused!.Errors)
            : await engine.TryRunAsync(operation, context, reportCost: false, http.RequestAborted) ?? Failed([Turns.Overloaded]);
        await NextAsync(http, answer);
        await CompleteAsync(http);
    }

    private static async Task BeginAsync(HttpContext http)
    {
        var ct = http.RequestAborted;
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        http.Response.ContentType = Negotiation.ContentType(AnswerFormat.EventStream);
        http.Response.Headers.CacheControl = "no-cache";
        // The client learns at once that it listens, however long the first event takes.
        await http.Response.StartAsync(ct);
        await http.Response.BodyWriter.FlushAsync(ct);
    }

    private static Task CompleteAsync(HttpContext http) => WriteAsync(http, "event: complete\ndata:\n\n"u8.ToArray());

    /// <summary>Until the events end, the client goes, or the caller's credentials expire.</summary>
    private async Task SubscribeAsync(HttpContext http, PreparedOperation operation)
    {
        using var active = Telemetry.Subscribed();
        using var expired = Expiry.Left(http.User, time) is { } left ? new CancellationTokenSource(left, time) : new CancellationTokenSource();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, expired.Token);
        var subscription = new Subscription(engine, operation, new RunContext(http.RequestServices, http.User, http));
        await using var answers = subscription.RunAsync(end.Token).GetAsyncEnumerator(end.Token);
        while (await NextOrKeepAliveAsync(http, answers.MoveNextAsync().AsTask()))
        {
            using var answer = answers.Current.Written ?? Failed([answers.Current.Failure!]);
            await NextAsync(http, answer);
        }
    }

    private async Task<bool> NextOrKeepAliveAsync(HttpContext http, Task<bool> next)
    {
        try
        {
            while (await Task.WhenAny(next, Task.Delay(engine.Limits.KeepAlive, http.RequestAborted)) != next)
                await WriteAsync(http, ":\n\n"u8.ToArray());
        }
        finally
        {
            // The answers cannot be disposed while one is awaited; the client's going ends the wait.
            await Task.WhenAny(next);
        }

        return await next;
    }

    private ResponseWriter Failed(IReadOnlyList<GraphQLError> errors)
    {
        var writer = new ResponseWriter(engine.Limits.MaxResponseBytes);
        Answers.Write(writer, errors);
        return writer;
    }

    private static async Task NextAsync(HttpContext http, ResponseWriter answer)
    {
        await http.Response.BodyWriter.WriteAsync("event: next\ndata: "u8.ToArray(), http.RequestAborted);
        await http.Response.BodyWriter.WriteAsync(answer.Written, http.RequestAborted);
        await WriteAsync(http, "\n\n"u8.ToArray());
    }

    private static async Task WriteAsync(HttpContext http, byte[] bytes)
    {
        await http.Response.BodyWriter.WriteAsync(bytes, http.RequestAborted);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }
}
