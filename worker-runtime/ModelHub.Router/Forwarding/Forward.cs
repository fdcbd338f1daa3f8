using ModelHub.Inference;
using ModelHub.Router.Routing;

namespace ModelHub.Router.Forwarding;

/// <summary>
/// The way of a request: who calls → which endpoint → which variant → which node → there and back, elsewhere if that
/// node does not answer → counted.
/// </summary>
internal sealed partial class Forward(CurrentTable current, Door door, TryNode tryNode, RouterOptions options, TimeProvider time, ILogger<Forward> log)
{
    private const int Attempts = 3;
    private const string JsonLength = "Inference-Header-Content-Length";

    public Task InferAsync(HttpContext context) => AnswerAsync(context, HttpMethod.Post, "/v2/models/", "/infer");

    public Task PredictAsync(HttpContext context) => AnswerAsync(context, HttpMethod.Post, "/predict/", "");

    public Task MetadataAsync(HttpContext context) => AnswerAsync(context, HttpMethod.Get, "/v2/models/", "");

    public Task ModelReadyAsync(HttpContext context) => AnswerAsync(context, HttpMethod.Get, "/v2/models/", "/ready");

    private async Task AnswerAsync(HttpContext context, HttpMethod method, string before, string after)
    {
        var environment = (string)context.Request.RouteValues["environment"]!;
        var model = (string)context.Request.RouteValues["model"]!;
        var requestId = RequestId.Of(context);
        if (door.Refuses(context, environment, model) is { } status)
        {
            await Answers.ErrorAsync(context, status, status == 401 ? "unauthorized" : "forbidden");
            return;
        }
        var table = current.Value;
        if (table.Find(environment, model) is not { } endpoint)
        {
            await Answers.ErrorAsync(context, 404, "There is no such endpoint.");
            return;
        }
        if (Pick(context, endpoint, out var unknown) is not { } variant)
        {
            await Answers.ErrorAsync(context, unknown ? 404 : 503, unknown ? "This version does not serve this endpoint." : "No node is ready for this endpoint.");
            return;
        }
        using var body = new PooledBuffer();
        if (method == HttpMethod.Post && !await RequestBody.ReadAsync(context, body, options.Bytes))
        {
            await Answers.ErrorAsync(context, 413, $"The request has more than {options.Bytes} bytes.");
            return;
        }
        var headers = context.Request.Headers;
        var path = $"{before}{model}/versions/{variant.VersionText}{after}";
        var ask = new Ask(method, path, body.Written, headers.ContentType, headers.ContentEncoding, headers[JsonLength], requestId);
        await SendAsync(context, variant, ask);
    }

    private async Task SendAsync(HttpContext context, Variant variant, Ask ask)
    {
        var started = time.GetTimestamp();
        using var buffer = new PooledBuffer();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(options.RequestTime);
        var (index, tried) = (-1, 0UL);
        Attempt? attempt = null;
        try
        {
            for (var n = 0; n < Attempts; n++)
            {
                var next = PickNode.Next(variant.Targets, tried);
                // A lone node gets a second try: its connection may have been stale.
                if (next < 0 && n == 1)
                    next = index;
                if (next < 0)
                    break;
                index = next;
                tried |= 1UL << index;
                attempt?.Dispose();
                attempt = await tryNode.SendAsync(variant.Targets[index].Node, ask, buffer, deadline.Token);
                Judge(variant.Targets[index].Node, attempt, context);
                if (attempt.End is AttemptEnd.Answered or AttemptEnd.TimedOut)
                    break;
            }
            if (context.RequestAborted.IsCancellationRequested)
                return;
            var status = await WriteAsync(context, variant, attempt!, deadline.Token);
            variant.Targets[index].Meter.Add(status, time.GetElapsedTime(started).TotalMicroseconds);
        }
        finally
        {
            attempt?.Dispose();
        }
    }

    private void Judge(NodeLink node, Attempt attempt, HttpContext context)
    {
        var ejected = attempt.End switch
        {
            AttemptEnd.Unreachable => node.Failed(),
            AttemptEnd.TimedOut => !context.RequestAborted.IsCancellationRequested && node.TimedOut(),
            _ => false,
        };
        if (attempt.End == AttemptEnd.Answered)
            node.Answered();
        if (ejected)
            Ejected(node.Address, attempt.End);
    }

    /// <returns>the status answered</returns>
    private async Task<int> WriteAsync(HttpContext context, Variant variant, Attempt attempt, CancellationToken ct)
    {
        var headers = context.Response.Headers;
        headers["x-modelhub-version"] = variant.VersionText;
        headers["x-modelhub-route"] = variant.RouteText;
        switch (attempt.End)
        {
            case AttemptEnd.TimedOut:
                await Answers.ErrorAsync(context, 504, $"No answer within {options.RequestTime.TotalSeconds:0.###} seconds.");
                return 504;
            case AttemptEnd.Answered:
                await Answers.PassOnAsync(context, attempt, ct);
                return attempt.Status;
            default:
                await Answers.ErrorAsync(context, 503, "No node answered for this endpoint.");
                return 503;
        }
    }

    private static Variant? Pick(HttpContext context, RoutedEndpoint endpoint, out bool unknownVersion)
    {
        unknownVersion = false;
        if (context.Request.RouteValues.TryGetValue("version", out var version))
        {
            var named = endpoint.OfVersion((string)version!);
            unknownVersion = named is null;
            return named is { Targets.Length: > 0 } ? named : null;
        }
        var pin = context.Request.Headers["x-modelhub-route"];
        return (pin.Count == 1 ? endpoint.Pinned(pin[0]!) : null) ?? endpoint.Pick();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Node {Address} is passed over: {End}")]
    private partial void Ejected(string address, AttemptEnd end);
}
