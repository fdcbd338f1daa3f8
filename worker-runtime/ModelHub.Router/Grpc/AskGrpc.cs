using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ModelHub.Inference;
using ModelHub.Inference.Grpc;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Routing;

namespace ModelHub.Router.Grpc;

/// <summary>What came of a call, in the statuses of REST.</summary>
/// <param name="Frame">the message behind its prefix; null when there is none</param>
/// <param name="Cache">what the node says of its kept answers</param>
internal readonly record struct GrpcAnswer(int Status, string Message, byte[]? Frame = null, string? Cache = null);

/// <summary>Asks nodes over gRPC, by the rules of <see cref="AskNodes"/>.</summary>
internal sealed class AskGrpc(RouterKey key, AskNodes rules, RouterOptions options) : IDisposable
{
    public const string Infer = "ModelInfer";
    private const byte VersionField = (2 << 3) | 2;

    private readonly HttpMessageInvoker invoker = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = options.ConnectTime,
        EnableMultipleHttp2Connections = true,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
    });

    /// <summary>Sends the message that is the exchange's body, and leaves the one that comes back in its answer.</summary>
    public async Task<(AttemptEnd End, GrpcAnswer Answer)> RunAsync(Variant variant, string method, Exchange exchange)
    {
        var wire = new OneCall(this, method, FrameOf(exchange.Body.Span, variant.VersionText));
        var end = await rules.RunAsync(variant, exchange, wire);
        exchange.Answer.Clear();
        if (wire.Answer.Frame is { } frame)
            exchange.Answer.Write(frame.AsSpan(GrpcFrame.PrefixBytes));
        return (end, wire.Answer);
    }

    public void Dispose() => invoker.Dispose();

    /// <summary>The message behind its prefix, for one version: of a field that comes twice the last counts, so the version is written behind the rest.</summary>
    private static byte[] FrameOf(ReadOnlySpan<byte> message, string version)
    {
        var length = Encoding.ASCII.GetByteCount(version);
        var frame = new byte[GrpcFrame.PrefixBytes + message.Length + 2 + length];
        message.CopyTo(frame.AsSpan(GrpcFrame.PrefixBytes));
        var field = frame.AsSpan(GrpcFrame.PrefixBytes + message.Length);
        // A version has fewer digits than a length byte can say.
        (field[0], field[1]) = (VersionField, (byte)length);
        Encoding.ASCII.GetBytes(version, field[2..]);
        GrpcFrame.WritePrefix(frame);
        return frame;
    }

    private async Task<(AttemptEnd End, GrpcAnswer Answer)> OneAsync(string address, byte[] frame, Exchange exchange)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(exchange.Gone);
        var left = TimeSpan.FromMilliseconds(Math.Max(1, exchange.Deadline.At - Environment.TickCount64));
        until.CancelAfter(left);
        try
        {
            using var request = Request(address, frame, exchange, left);
            using var response = await invoker.SendAsync(request, until.Token);
            return await ReadAsync(response, until.Token);
        }
        catch (HttpRequestException e)
        {
            var end = e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
                ? AttemptEnd.NotConnected
                : AttemptEnd.Broken;
            return (end, new GrpcAnswer(503, "No node answered for this endpoint."));
        }
        catch (IOException)
        {
            return (AttemptEnd.Broken, new GrpcAnswer(503, "The node broke off."));
        }
        catch (OperationCanceledException)
        {
            return exchange.Gone.IsCancellationRequested
                ? (AttemptEnd.Abandoned, new GrpcAnswer(499, "The caller has gone."))
                : (AttemptEnd.TimedOut, new GrpcAnswer(504, "No answer within the deadline."));
        }
    }

    private async Task<(AttemptEnd End, GrpcAnswer Answer)> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.StatusCode != HttpStatusCode.OK || response.Content.Headers.ContentType?.MediaType != GrpcHeaders.ContentType)
            return (AttemptEnd.Malformed, new GrpcAnswer(502, "What the node answered is not gRPC."));
        using var body = new PooledBuffer();
        var stream = await response.Content.ReadAsStreamAsync(ct);
        for (int n; (n = await stream.ReadAsync(body.GetMemory(16 * 1024), ct)) > 0;)
        {
            body.Advance(n);
            if (body.Count > options.AnswerBytes)
                return (AttemptEnd.TooLarge, new GrpcAnswer(502, $"The answer has more than {options.AnswerBytes} bytes."));
        }
        // With no message the status stands among the headers.
        var said = Header(response.TrailingHeaders, GrpcHeaders.Status) ?? Header(response.Headers, GrpcHeaders.Status);
        var text = Header(response.TrailingHeaders, GrpcHeaders.Message) ?? Header(response.Headers, GrpcHeaders.Message) ?? "";
        if (!int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            return (AttemptEnd.Malformed, new GrpcAnswer(502, "The node's answer has no status."));
        if (code == (int)GrpcStatus.Ok)
            return GrpcFrame.TryTake(new ReadOnlySequence<byte>(body.Written), out _, out var compressed) && !compressed
                ? (AttemptEnd.Answered, new GrpcAnswer(200, "", body.Written.ToArray(), Header(response.Headers, PassOn.CacheName)))
                : (AttemptEnd.Malformed, new GrpcAnswer(502, "The node's answer is not one message."));
        var status = int.TryParse(Header(response.Headers, GrpcHeaders.RestStatus), NumberStyles.None, CultureInfo.InvariantCulture, out var exact) && GrpcHeaders.Of(exact) == (GrpcStatus)code
            ? exact
            : GrpcHeaders.HttpOf((GrpcStatus)code);
        return NodeStatus.IsUnready(status)
            ? (AttemptEnd.Unready, new GrpcAnswer(503, "No node answered for this endpoint."))
            : (AttemptEnd.Answered, new GrpcAnswer(status, Uri.UnescapeDataString(text)));
    }

    private HttpRequestMessage Request(string address, byte[] frame, Exchange exchange, TimeSpan left)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame) { Headers = { ContentType = new MediaTypeHeaderValue(GrpcHeaders.ContentType) } },
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("authorization", key.Bearer);
        request.Headers.TryAddWithoutValidation("x-request-id", exchange.RequestId);
        request.Headers.TryAddWithoutValidation(GrpcHeaders.Timeout, $"{Math.Min((long)left.TotalMilliseconds, 99_999_999)}m");
        if (exchange.Headers.Environment is { } environment)
            request.Headers.TryAddWithoutValidation(PassedHeaders.EnvironmentName, environment);
        if (exchange.Headers.TraceParent is { } trace)
            request.Headers.TryAddWithoutValidation("traceparent", trace);
        return request;
    }

    private static string? Header(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private sealed class OneCall(AskGrpc grpc, string method, byte[] frame) : INodeWire
    {
        public GrpcAnswer Answer { get; private set; } = new(503, "No node answered for this endpoint.");

        public async ValueTask<AttemptEnd> SendAsync(Target target, Exchange exchange)
        {
            // A node without gRPC says nothing of itself; others may have it.
            if (target.Node.GrpcAddress is not { } address)
                return AttemptEnd.Unready;
            (var end, Answer) = await grpc.OneAsync(address + GrpcHeaders.Service + method, frame, exchange);
            exchange.Head.Take(Answer.Status);
            return end;
        }
    }
}
