using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using ModelHub.Inference;
using ModelHub.Inference.Grpc;
using ModelHub.Inference.Grpc.Messages;
using ModelHub.Inference.V2;
using ModelHub.Router.Admitting;
using ModelHub.Router.Exposing;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Routing;
using ModelHub.Router.Wire;

namespace ModelHub.Router.Grpc;

/// <summary>
/// The inference protocol over gRPC: the same way as over REST, with the environment in the metadata
/// <c>x-modelhub-environment</c>. Calls are held whole; copies for shadows are made of REST requests only.
/// </summary>
internal sealed class GrpcForward(Admit admit, Refusals refusals, AskGrpc nodes, RouterDocuments documents, TellExposures exposures, RouterOptions options)
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
        "ModelInfer" => ForwardAsync(context, method, "/infer"),
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
        using var message = new PooledBuffer();
        var error = await GrpcCall.ReadAsync(context, message, (int)Math.Min(options.Bytes, int.MaxValue - GrpcFrame.PrefixBytes));
        InferTarget target = default;
        if (error is null && !InferTarget.TryRead(message.Written.Span, out target))
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
        using var exchange = new Exchange { Verb = path.Verb, RequestId = RequestId.Of(context) };
        exchange.BeginBody();
        var admission = admit.Now(context, path, exchange);
        if (admission.MayWait)
            admission = await admit.WaitingAsync(context, path, exchange, admission);
        if (admission.Endpoint is { } endpoint)
            await AnswerAsync(context, new GrpcAsk(method, message), endpoint, admission.Pinned, exchange);
        else
            await RefuseAsync(context, admission);
    }

    private async Task AnswerAsync(HttpContext context, GrpcAsk ask, RoutedEndpoint endpoint, Variant? pinned, Exchange exchange)
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
        var answer = await nodes.RunAsync(variant, ask, exchange);
        if (answer.Status is >= 500 and not 504 && endpoint.FallbackOf(variant) is { } primary)
        {
            Count(variant, exchange, answer.Status);
            variant = primary;
            exchange.Started = Stopwatch.GetTimestamp();
            answer = await nodes.RunAsync(variant, ask, exchange);
        }
        exposures.Offer(endpoint, answer.Frame is null ? null : variant, exchange, answer);
        if (context.RequestAborted.IsCancellationRequested)
            return;
        Count(variant, exchange, answer.Status);
        if (exchange.Verb == Verb.Infer)
            variant.Sketch?.AddGrpc(ask.Message.Written.Span, answer.Frame is { } said ? said.AsSpan(GrpcFrame.PrefixBytes) : []);
        var headers = context.Response.Headers;
        headers["x-modelhub-version"] = variant.VersionText;
        headers[Admit.RouteHeader] = variant.RouteText;
        if (answer.Cache is { } cache)
            headers[PassOn.CacheName] = cache;
        if (answer.Frame is { } frame)
            await GrpcCall.AnswerAsync(context, frame);
        else
            await GrpcCall.FailAsync(context, new CallError(answer.Status, answer.Message));
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
