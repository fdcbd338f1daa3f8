using System.Net;
using ModelHub.Router.Routing;
using ModelHub.Router.Wire;

namespace ModelHub.Router.Forwarding;

/// <summary>
/// Asks a node through the framework's HTTP client: nodes behind TLS, and bodies too large to be held, which flow from the
/// caller to the node at the pace of the slower one.
/// </summary>
internal sealed class HandlerWire(RouterKey key, RouterOptions options) : IDisposable
{
    private readonly HttpMessageInvoker invoker = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = options.ConnectTime,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
        MaxResponseHeadersLength = AnswerHead.MostBytes / 1024,
    });

    public async ValueTask<AttemptEnd> SendAsync(Target target, Exchange exchange)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(exchange.Gone);
        until.CancelAfter(TimeSpan.FromMilliseconds(Math.Max(1, exchange.Deadline.At - Environment.TickCount64)));
        HttpResponseMessage? response = null;
        try
        {
            using var request = Request(target, exchange);
            response = await invoker.SendAsync(request, until.Token);
            var end = await ReceiveAsync(response, exchange, until.Token);
            if (exchange.Rest is null)
                response.Dispose();
            return end;
        }
        catch (HttpRequestException e)
        {
            response?.Dispose();
            return e.InnerException is BadHttpRequestException refused ? throw refused
                : e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError ? AttemptEnd.NotConnected
                : e.HttpRequestError is HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded ? AttemptEnd.Malformed
                : AttemptEnd.Broken;
        }
        catch (OperationCanceledException)
        {
            response?.Dispose();
            return exchange.Gone.IsCancellationRequested ? AttemptEnd.Abandoned : AttemptEnd.TimedOut;
        }
        catch (IOException)
        {
            response?.Dispose();
            return AttemptEnd.Broken;
        }
    }

    public void Dispose() => invoker.Dispose();

    private async ValueTask<AttemptEnd> ReceiveAsync(HttpResponseMessage response, Exchange exchange, CancellationToken ct)
    {
        var length = response.Content.Headers.ContentLength;
        if (length > options.AnswerBytes)
            return AttemptEnd.TooLarge;
        exchange.Head.Take(response);
        var stream = await response.Content.ReadAsStreamAsync(ct);
        var answer = exchange.Answer;
        answer.Clear();
        for (int n; (n = await stream.ReadAsync(answer.GetMemory(16 * 1024), ct)) > 0;)
        {
            answer.Advance(n);
            if (answer.Count <= options.HeldBytes)
                continue;
            exchange.Rest = new FlowingAnswer(response, stream);
            return AttemptEnd.Answered;
        }
        return NodeStatus.EndOf((int)response.StatusCode);
    }

    private HttpRequestMessage Request(Target target, Exchange exchange)
    {
        var posts = exchange.Verb.HasBody();
        var request = new HttpRequestMessage(posts ? HttpMethod.Post : HttpMethod.Get, target.Node.Address + System.Text.Encoding.ASCII.GetString(target.Paths.Of(exchange.Verb)));
        ref var headers = ref exchange.Headers;
        Add("Authorization", key.Bearer);
        Add("x-request-id", exchange.RequestId);
        Add("Accept-Encoding", headers.AcceptEncoding);
        Add("traceparent", headers.TraceParent);
        Add("tracestate", headers.TraceState);
        Add(PassedHeaders.EnvironmentName, headers.Environment);
        if (!posts)
            return request;
        Add(PassedHeaders.JsonLengthName, headers.JsonLength);
        Add(PassedHeaders.TimeoutName, headers.TimeoutMilliseconds);
        request.Content = exchange.Flow is null ? new ReadOnlyMemoryContent(exchange.Body) : new FlowingBody(exchange);
        if (headers.ContentType is { } type)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (headers.ContentEncoding is { } encoding)
            request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        return request;

        void Add(string name, string? value)
        {
            if (value is not null)
                request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    /// <summary>The begin that was read, then the rest as it comes.</summary>
    private sealed class FlowingBody(Exchange exchange) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            exchange.Flowed = true;
            await stream.WriteAsync(exchange.Body, cancellationToken);
            await exchange.Flow!.CopyToAsync(stream, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = exchange.FlowLength ?? 0;
            return exchange.FlowLength is not null;
        }
    }

    private sealed class FlowingAnswer(HttpResponseMessage response, Stream stream) : IAnswerRest
    {
        public async ValueTask<int> ReadAsync(Memory<byte> into, Deadline deadline)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(Math.Max(1, deadline.At - Environment.TickCount64)));
            try
            {
                return await stream.ReadAsync(into, patience.Token);
            }
            catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
            {
                return -1;
            }
        }

        public void Dispose() => response.Dispose();
    }
}
