using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Subscriptions;

namespace ModelHub.GraphQL.Transport;

/// <summary>Server-sent events, one connection per operation: <c>next</c> for each answer, then <c>complete</c>.</summary>
internal sealed class EventStream(GraphQLEngine engine)
{
    public async Task AnswerAsync(HttpContext http, PreparedOperation? operation, Refused? refused)
    {
        var ct = http.RequestAborted;
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        http.Response.ContentType = Negotiation.ContentType(AnswerFormat.EventStream);
        http.Response.Headers.CacheControl = "no-cache";
        // The client learns at once that it listens, however long the first event takes.
        await http.Response.StartAsync(ct);
        await http.Response.BodyWriter.FlushAsync(ct);
        if (refused is not null)
        {
            using var answer = new ResponseWriter(engine.Limits.MaxResponseBytes);
            Answers.Write(answer, refused.Errors);
            await NextAsync(http, answer);
        }
        else if (operation!.Plan.Kind != OperationKind.Subscription)
        {
            using var answer = await engine.RunAsync(operation, new RunContext(http.RequestServices, http.User, http), null, false, ct);
            await NextAsync(http, answer);
        }
        else
        {
            await SubscribeAsync(http, operation);
        }

        await WriteAsync(http, "event: complete\ndata:\n\n"u8.ToArray());
    }

    private async Task SubscribeAsync(HttpContext http, PreparedOperation operation)
    {
        var subscription = new Subscription(engine, operation, new RunContext(http.RequestServices, http.User, http));
        await using var answers = subscription.RunAsync(http.RequestAborted).GetAsyncEnumerator(http.RequestAborted);
        while (true)
        {
            if (!await NextOrKeepAliveAsync(http, answers.MoveNextAsync().AsTask()))
                return;
            using var answer = answers.Current.Written ?? Failed(answers.Current.Failure!);
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

    private ResponseWriter Failed(GraphQLError error)
    {
        var writer = new ResponseWriter(engine.Limits.MaxResponseBytes);
        Answers.Write(writer, [error]);
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
