using Microsoft.AspNetCore.Http;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Language;

namespace ModelHub.GraphQL.Transport;

/// <summary>GraphQL over HTTP: POST of JSON, queries by GET, answers as JSON or as a stream of events.</summary>
internal sealed class HttpTransport(GraphQLEngine engine, EventStream events, SocketTransport sockets)
{
    /// <summary>What a browser gets; null where there is none.</summary>
    public Ide? Ide { get; } = engine.Options.IdeDirectory is { } directory ? new Ide(directory) : null;

    public async Task HandleAsync(HttpContext http)
    {
        if (http.WebSockets.IsWebSocketRequest)
        {
            await sockets.HandleAsync(http);
            return;
        }

        if (Ide is not null && Ide.IsWanted(http.Request))
        {
            await Ide.SendPageAsync(http);
            return;
        }

        var isGet = HttpMethods.IsGet(http.Request.Method);
        if (!isGet && !HttpMethods.IsPost(http.Request.Method))
        {
            http.Response.Headers.Allow = "GET, POST";
            await RefuseAsync(http, AnswerFormat.Json, StatusCodes.Status405MethodNotAllowed, "Use POST or GET.");
            return;
        }

        if (Negotiation.Of(http.Request) is not { } format)
        {
            await RefuseAsync(http, AnswerFormat.Json, StatusCodes.Status406NotAcceptable, "None of the accepted media types is available.");
            return;
        }

        if (engine.Options.RequireAuthenticated && http.User.Identity?.IsAuthenticated != true)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            await RefuseAsync(http, format, StatusCodes.Status401Unauthorized, "Sign in first.");
            return;
        }

        try
        {
            var request = isGet ? RequestReader.ReadGet(http.Request.Query, engine.Limits) : await RequestReader.ReadPostAsync(http.Request, engine.Limits, http.RequestAborted);
            await AnswerAsync(http, format, request, isGet);
        }
        catch (BadRequestException e)
        {
            await RefuseAsync(http, format, e.Status, e.Message);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client went away; there is nobody to answer.
        }
    }

    private async Task AnswerAsync(HttpContext http, AnswerFormat format, GraphQLRequest request, bool isGet)
    {
        var streams = format == AnswerFormat.EventStream;
        using var watch = RequestWatch.Start(streams ? "sse" : "http");
        var (operation, refused) = engine.Prepare(request, http.User, kind => kind == OperationKind.Query || (!isGet && kind == OperationKind.Mutation) || (streams && kind == OperationKind.Subscription));
        watch.Prepared(operation, refused);
        if (streams)
        {
            if (!await events.TryAnswerAsync(http, operation, refused))
                await RefuseAsync(http, format, StatusCodes.Status429TooManyRequests, "There are too many streams and sockets of this caller.");
            return;
        }

        if (refused is not null)
        {
            await RefuseAsync(http, format, refused, isGet);
            return;
        }

        await RunAsync(http, format, operation!);
    }

    private async Task RunAsync(HttpContext http, AnswerFormat format, PreparedOperation operation)
    {
        var cost = http.Request.Headers["GraphQL-Cost"];
        var context = new RunContext(http.RequestServices, http.User, http);
        using var answer = cost == "validate" ? Validated(operation) : await engine.TryRunAsync(operation, context, cost == "report", http.RequestAborted);
        if (answer is null)
            await OverloadedAsync(http, format);
        else
            await WriteAsync(http, format, StatusCodes.Status200OK, answer);
    }

    private async Task OverloadedAsync(HttpContext http, AnswerFormat format)
    {
        http.Response.Headers.RetryAfter = "1";
        using var answer = new ResponseWriter(engine.Limits.MaxResponseBytes);
        Answers.Write(answer, [Turns.Overloaded]);
        await WriteAsync(http, format, StatusCodes.Status503ServiceUnavailable, answer);
    }

    private ResponseWriter Validated(PreparedOperation operation)
    {
        var writer = new ResponseWriter(engine.Limits.MaxResponseBytes);
        Answers.WriteCost(writer, operation.Cost);
        return writer;
    }

    private async Task RefuseAsync(HttpContext http, AnswerFormat format, Refused refused, bool isGet)
    {
        if (refused.By == RefusedBy.Kind && isGet)
            http.Response.Headers.Allow = "POST";
        var status = refused.By switch
        {
            RefusedBy.Kind when isGet => StatusCodes.Status405MethodNotAllowed,
            RefusedBy.Form => StatusCodes.Status400BadRequest,
            _ when format == AnswerFormat.Json => StatusCodes.Status200OK,
            _ when engine.Options.UnprocessableForValidation => StatusCodes.Status422UnprocessableEntity,
            _ => StatusCodes.Status400BadRequest,
        };
        using var answer = new ResponseWriter(engine.Limits.MaxResponseBytes);
        Answers.Write(answer, refused.Errors);
        await WriteAsync(http, format, status, answer);
    }

    private async Task RefuseAsync(HttpContext http, AnswerFormat format, int status, string message)
    {
        using var answer = new ResponseWriter(engine.Limits.MaxResponseBytes);
        Answers.Write(answer, [new GraphQLError(message, "BAD_REQUEST")]);
        await WriteAsync(http, format == AnswerFormat.EventStream ? AnswerFormat.Json : format, status, answer);
    }

    private static async Task WriteAsync(HttpContext http, AnswerFormat format, int status, ResponseWriter answer)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = Negotiation.ContentType(format);
        http.Response.ContentLength = answer.Length;
        await http.Response.BodyWriter.WriteAsync(answer.Written, http.RequestAborted);
    }
}
