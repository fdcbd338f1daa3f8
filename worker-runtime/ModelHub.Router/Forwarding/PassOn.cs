using ModelHub.Router.Wire;

namespace ModelHub.Router.Forwarding;

/// <summary>Gives the caller what a node answered.</summary>
internal static class PassOn
{
    public const string CacheName = "x-modelhub-cache";
    private const string FlaggedName = "x-modelhub-flagged";

    /// <returns>false when the answer broke off; the caller's connection is then cut, so that half an answer is not taken for a whole</returns>
    public static ValueTask<bool> RunAsync(HttpContext context, Exchange exchange, RouterOptions options)
    {
        var response = context.Response;
        var head = exchange.Head;
        response.StatusCode = head.Status;
        response.Headers.ContentType = head.ContentType;
        if (head.ContentEncoding is not null)
            response.Headers.ContentEncoding = head.ContentEncoding;
        if (head.JsonLength is not null)
            response.Headers[PassedHeaders.JsonLengthName] = head.JsonLength;
        if (head.RetryAfter is not null)
            response.Headers.RetryAfter = head.RetryAfter;
        if (head.Cache is not null)
            response.Headers[CacheName] = head.Cache;
        if (head.Flagged is not null)
            response.Headers[FlaggedName] = head.Flagged;
        if (exchange.Rest is { } rest)
            return FlowAsync(context, exchange, rest, options);
        response.ContentLength = exchange.Answer.Count;
        return exchange.Answer.Count == 0 ? new(true) : WriteAsync(context, exchange);
    }

    private static async ValueTask<bool> WriteAsync(HttpContext context, Exchange exchange)
    {
        await context.Response.BodyWriter.WriteAsync(exchange.Answer.Written);
        return true;
    }

    private static async ValueTask<bool> FlowAsync(HttpContext context, Exchange exchange, IAnswerRest rest, RouterOptions options)
    {
        if (!exchange.Head.IsChunked)
            context.Response.ContentLength = exchange.Head.Length;
        var writer = context.Response.BodyWriter;
        long total = exchange.Answer.Count;
        var piece = exchange.Answer;
        if (piece.Count > 0)
            await writer.WriteAsync(piece.Written, exchange.Gone);
        while (true)
        {
            piece.Clear();
            var n = await rest.ReadAsync(piece.GetMemory(64 * 1024), Deadline.In(options.RequestTime));
            if (n == 0)
                return true;
            total += n;
            if (n < 0 || total > options.AnswerBytes)
            {
                context.Abort();
                return false;
            }
            piece.Advance(n);
            await writer.WriteAsync(piece.Written, exchange.Gone);
        }
    }
}
