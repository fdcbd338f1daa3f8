using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using ModelHub.Inference;
using ModelHub.Inference.Grpc;
using ModelHub.Inference.Grpc.Messages;
using ModelHub.Inference.V2;
using ModelHub.Router.Admitting;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Mirroring;
using ModelHub.Router.Routing;
using ModelHub.Router.Wire;

namespace ModelHub.Router.Grpc;

/// <summary>
/// The inference protocol over gRPC: the same way as over REST, with the environment in the metadata
/// <c>x-modelhub-environment</c>. Calls are held whole.
/// </summary>
internal sealed class GrpcForward(Admit admit, Refusals refusals, AskGrpc nodes, RouterDocuments documents, Observe observe, RouterOptions options)
{
    public const string EnvironmentHeader = PassedHeaders.EnvironmentName;

    public async Task CallAsync(HttpContext context)
    {
        if (GrpcCall.Refuses(context) is { } status)
        {
            context.Response.StatusCode = status;
            return;
        }
        try
        {
            await DispatchAsync(context, (string)context.Request.RouteValues["method"]!);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone.
        }
        catch (BadHttpRequestException e)
        {
            await GrpcCall.FailAsync(context, new CallError(e.StatusCode, e.Message));
        }
    }

    private Task DispatchAsync(HttpContext context, string method) => method switch
    {
        "ServerLive" => SayAsync(context, new ServerLiveResponse { Live = true }),
        "ServerReady" => SayAsync(context, new ServerReadyResponse { Ready = documents.IsReady }),
        "ServerMetadata" => SayAsync(context, new ServerMetadataResponse { Name = Documents.ServerName, Version = RouterDocuments.Software, Extensions = { Documents.Extensions } }),
        AskGrpc.Infer => ForwardAsync(context, method, "/infer"),
        "ModelReady" => ForwardAsync(context, method, "/ready"),
        "ModelMetadata" => ForwardAsync(context, method, ""),
        _ => GrpcCall.FailAsync(context, new CallError(501, $"There is no method {RequestFault.Quote(method)}.")),
    };

    private async Task ForwardAsync(HttpContext context, string method, string verb)
    {
        // Whoever is unknown is not listened to: a message may be large.
        if (!await admit.KnowsAsync(context))
        {
            await RefuseAsync(context, new Admission(null, null, 401, "unauthorized"));
            return;
        }
        using var exchange = new Exchange { IsMessage = true, RequestId = RequestId.Of(context) };
        var error = await GrpcCall.ReadAsync(context, exchange.BeginBody(), (int)Math.Min(options.Bytes, int.MaxValue - GrpcFrame.PrefixBytes - Exchange.HeadRoom));
        InferTarget target = default;
        if (error is null && !InferTarget.TryRead(exchange.Body.Span, out target))
            error = new CallError(400, "The message is not valid protobuf.");
        if (error is not null)
        {
            await GrpcCall.FailAsync(context, error);
            return;
        }
        if (PathOf(context, target, verb) is not { } path)
        {
            await GrpcCall.FailAsync(context, new CallError(400, $"The metadata {EnvironmentHeader} names the environment, and model_name the model."));
            return;
        }
        exchange.Verb = path.Verb;
        var admission = admit.Now(context, path, exchange);
        if (admission.MayWait)
            admission = await admit.WaitingAsync(context, path, exchange, admission);
        if (admission.Endpoint is { } endpoint)
            await AnswerAsync(context, method, endpoint, admission.Pinned, exchange);
        else
            await RefuseAsync(context, admission);
    }

    private async Task AnswerAsync(HttpContext context, string method, RoutedEndpoint endpoint, Variant? pinned, Exchange exchange)
    {
        var chosen = pinned ?? CallerKey.VariantOf(endpoint, context.Request.Headers, exchange) ?? endpoint.Next();
        if (chosen is null)
        {
            await GrpcCall.FailAsync(context, new CallError(503, "This endpoint takes no traffic."));
            return;
        }
        var variant = pinned ?? endpoint.InsteadOf(chosen);
        exchange.Gone = context.RequestAborted;
        exchange.Started = Stopwatch.GetTimestamp();
        exchange.Deadline = Deadline.In(TimeOf(context));
        exchange.Headers.Environment = endpoint.ToldToNodes;
        RequestId.TellKey(context, endpoint, exchange);
        var picked = variant;
        var (end, answer) = await nodes.RunAsync(variant, method, exchange);
        if (answer.Status is (>= 500 and not 504) or 422 && endpoint.FallbackOf(variant) is { } primary)
        {
            Count(variant, exchange, answer.Status);
            Sketch(variant, exchange);
            variant = primary;
            exchange.Started = Stopwatch.GetTimestamp();
            (end, answer) = await nodes.RunAsync(variant, method, exchange);
        }
        if (context.RequestAborted.IsCancellationRequested)
        {
            observe.Dealt(endpoint, null, exchange);
            return;
        }
        Count(variant, exchange, answer.Status);
        await WriteAsync(context, variant, answer);
        Sketch(variant, exchange);
        observe.Dealt(endpoint, end == AttemptEnd.Answered ? variant : null, exchange);
        observe.Ended(endpoint, variant, exchange, answer.Status);
        if (pinned is not null || end != AttemptEnd.Answered)
            return;
        observe.Answered(endpoint, variant, exchange);
        SendCopies.Of(endpoint, exchange, variant == picked ? variant : null);
    }

    /// <summary>What the version answered counts, whether its caller is still there or not.</summary>
    private static async Task WriteAsync(HttpContext context, Variant variant, GrpcAnswer answer)
    {
        var headers = context.Response.Headers;
        headers["x-modelhub-version"] = variant.VersionText;
        headers[Admit.RouteHeader] = variant.RouteText;
        if (answer.Cache is { } cache)
            headers[PassOn.CacheName] = cache;
        try
        {
            await (answer.Frame is { } frame ? GrpcCall.AnswerAsync(context, frame) : GrpcCall.FailAsync(context, new CallError(answer.Status, answer.Message)));
            // Its caller waits for the status behind the message.
            await context.Response.CompleteAsync();
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone.
        }
    }

    private static void Sketch(Variant variant, Exchange exchange)
    {
        if (exchange.Verb == Verb.Infer)
            variant.Sketch?.AddGrpc(exchange.Body.Span, exchange.Answer.Written.Span);
    }

    private TimeSpan TimeOf(HttpContext context) =>
        context.Request.Headers[GrpcHeaders.Timeout] is { Count: 1 } text && GrpcHeaders.TryTimeout(text[0], out var asked) && asked < options.RequestTime
            ? asked
            : options.RequestTime;

    // The same names as over REST, so that the same rules judge them; a name with a slash is none.
    private static RequestPath? PathOf(HttpContext context, InferTarget target, string verb)
    {
        if (context.Request.Headers[EnvironmentHeader] is not { Count: 1 } environment || $"{environment}{target.Model}{target.Version}".Contains('/', StringComparison.Ordinal))
            return null;
        var version = target.Version.Length > 0 ? "/versions/" + target.Version : "";
        return RequestPath.TryRead($"/{environment}/v2/models/{target.Model}{version}{verb}", verb == "/infer" ? HttpMethods.Post : HttpMethods.Get, out var path) ? path : null;
    }

    private Task RefuseAsync(HttpContext context, Admission refused)
    {
        refusals.Add(refused.Status);
        if (refused.RetryAfter > 0)
            context.Response.Headers.RetryAfter = Math.Ceiling(refused.RetryAfter).ToString(CultureInfo.InvariantCulture);
        return GrpcCall.FailAsync(context, new CallError(refused.Status, refused.Reason));
    }

    private static Task SayAsync(HttpContext context, IMessage message) => GrpcCall.AnswerAsync(context, GrpcFrame.Of(message));

    private static void Count(Variant variant, Exchange exchange, int status) =>
        (exchange.Target?.Meter ?? variant.Nowhere).Add(status, Stopwatch.GetElapsedTime(exchange.Started).TotalMicroseconds);
}
