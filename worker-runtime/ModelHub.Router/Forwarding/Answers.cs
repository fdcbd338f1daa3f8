using System.Globalization;
using ModelHub.Inference.V2;
using ModelHub.Router.Admitting;
using ModelHub.Router.Routing;

namespace ModelHub.Router.Forwarding;

/// <summary>What the caller is told.</summary>
internal static class Answers
{
    public static Task ErrorAsync(HttpContext context, int status, string message)
    {
        // The rest of the body is not read: nothing more can come over this connection.
        if (status == StatusCodes.Status413PayloadTooLarge)
            context.Response.Headers.Connection = "close";
        return JsonAsync(context, status, Documents.Error(message));
    }

    public static Task RefuseAsync(HttpContext context, Admission refused)
    {
        if (refused.RetryAfter > 0)
            context.Response.Headers.RetryAfter = Math.Ceiling(refused.RetryAfter).ToString(CultureInfo.InvariantCulture);
        return ErrorAsync(context, refused.Status, refused.Reason);
    }

    public static async Task JsonAsync(HttpContext context, int status, ReadOnlyMemory<byte> json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        await context.Response.BodyWriter.WriteAsync(json, context.RequestAborted);
    }

    /// <summary>The status that this end comes to for the caller.</summary>
    public static int StatusOf(AttemptEnd end, Exchange exchange) => end switch
    {
        AttemptEnd.Answered => exchange.Head.Status,
        AttemptEnd.TimedOut => 504,
        AttemptEnd.Malformed or AttemptEnd.TooLarge => 502,
        AttemptEnd.Broken when exchange.Flowed => 502,
        _ => 503,
    };

    /// <returns>false when an answer that flows broke off</returns>
    public static ValueTask<bool> WriteAsync(HttpContext context, Variant variant, AttemptEnd end, Exchange exchange, RouterOptions options)
    {
        var headers = context.Response.Headers;
        headers["x-modelhub-version"] = variant.VersionText;
        headers["x-modelhub-route"] = variant.RouteText;
        if (end == AttemptEnd.Answered)
            return PassOn.RunAsync(context, exchange, options);
        return FailAsync(context, StatusOf(end, exchange), end switch
        {
            AttemptEnd.TimedOut => $"No answer within {exchange.Time(options.RequestTime).TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} seconds.",
            AttemptEnd.Malformed => "What the nodes answered is not HTTP, or not the answer to this request.",
            AttemptEnd.TooLarge => $"The answer has more than {options.AnswerBytes} bytes.",
            AttemptEnd.Broken when exchange.Flowed => "The node broke off while it took the request, which is too large to be sent again.",
            _ => "No node answered for this endpoint.",
        });
    }

    private static async ValueTask<bool> FailAsync(HttpContext context, int status, string message)
    {
        await ErrorAsync(context, status, message);
        return true;
    }
}
