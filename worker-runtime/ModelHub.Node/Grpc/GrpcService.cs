using Google.Protobuf;
using ModelHub.Inference;
using ModelHub.Inference.Grpc;
using ModelHub.Inference.Grpc.Messages;
using ModelHub.Node.Access;
using ModelHub.Node.Runtimes;

namespace ModelHub.Node.Grpc;

/// <summary>The methods of <c>inference.GRPCInferenceService</c> by name.</summary>
internal sealed class GrpcService(ModelInfer infer, GrpcDocuments documents, GrpcRepository repository, NodeOptions options, Door door)
{
    public static readonly CallError NotHeld = new(404, "This node does not hold that version of that model.");

    public static CallError Refusal(int status) => new(status, status == 401 ? "unauthorized" : "forbidden");

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
        "ServerLive" => UnaryAsync(context, ServerLiveRequest.Parser, documents.Live),
        "ServerReady" => UnaryAsync(context, ServerReadyRequest.Parser, documents.Ready),
        "ServerMetadata" => UnaryAsync(context, ServerMetadataRequest.Parser, documents.Server),
        // Whoever is unknown here is not listened to: a message may be large.
        _ when door.Refuses(context, null) is { } refused => GrpcCall.FailAsync(context, Refusal(refused)),
        "ModelInfer" => infer.AnswerAsync(context),
        "ModelReady" => UnaryAsync(context, ModelReadyRequest.Parser, documents.ModelReady),
        "ModelMetadata" => UnaryAsync(context, ModelMetadataRequest.Parser, documents.ModelMetadata),
        "ModelStatistics" => UnaryAsync(context, ModelStatisticsRequest.Parser, repository.Statistics),
        "RepositoryIndex" => UnaryAsync(context, RepositoryIndexRequest.Parser, repository.Index),
        "RepositoryModelLoad" => UnaryAsync(context, RepositoryModelLoadRequest.Parser, repository.LoadAsync),
        "RepositoryModelUnload" => UnaryAsync(context, RepositoryModelUnloadRequest.Parser, repository.Unload),
        _ => GrpcCall.FailAsync(context, new CallError(501, $"There is no method {RequestFault.Quote(method)}.")),
    };

    private Task UnaryAsync<TRequest>(HttpContext context, MessageParser<TRequest> parser, Func<HttpContext, TRequest, (IMessage? Answer, CallError? Error)> answer)
        where TRequest : IMessage<TRequest> =>
        UnaryAsync(context, parser, (c, request) => ValueTask.FromResult(answer(c, request)));

    private async Task UnaryAsync<TRequest>(HttpContext context, MessageParser<TRequest> parser, Func<HttpContext, TRequest, ValueTask<(IMessage? Answer, CallError? Error)>> answer)
        where TRequest : IMessage<TRequest>
    {
        using var message = new PooledBuffer();
        var error = await GrpcCall.ReadAsync(context, message, options.Limits.BodyBytes);
        if (error is null)
            try
            {
                (var document, error) = await answer(context, parser.ParseFrom(message.Written.Span));
                if (document is not null)
                    await GrpcCall.AnswerAsync(context, GrpcFrame.Of(document));
            }
            catch (InvalidProtocolBufferException)
            {
                error = new CallError(400, $"The message is not a valid protobuf {typeof(TRequest).Name}.");
            }
            catch (RunException e)
            {
                error = new CallError(e.Status, e.Message);
            }
        if (error is not null)
            await GrpcCall.FailAsync(context, error);
    }
}
