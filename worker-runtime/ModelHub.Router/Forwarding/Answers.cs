using ModelHub.Inference.V2;

namespace ModelHub.Router.Forwarding;

internal static class Answers
{
    private const string JsonLength = "Inference-Header-Content-Length";

    public static Task ErrorAsync(HttpContext context, int status, string message)
    {
        // The rest of the body is not read: nothing more can come over this connection.
        if (status == StatusCodes.Status413PayloadTooLarge)
            context.Response.Headers.Connection = "close";
        return JsonAsync(context, status, Documents.Error(message));
    }

    public static async Task JsonAsync(HttpContext context, int status, ReadOnlyMemory<byte> json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        await context.Response.BodyWriter.WriteAsync(json, context.RequestAborted);
    }

    /// <summary>What the node answered, as it is.</summary>
    public static async Task PassOnAsync(HttpContext context, Attempt attempt, CancellationToken ct)
    {
        var from = attempt.Response!;
        var to = context.Response;
        to.StatusCode = attempt.Status;
        to.ContentType = from.Content.Headers.ContentType?.ToString();
        to.ContentLength = from.Content.Headers.ContentLength;
        if (from.Headers.TryGetValues(JsonLength, out var length))
            to.Headers[JsonLength] = length.First();
        if (from.Headers.RetryAfter is { } retry)
            to.Headers.RetryAfter = retry.ToString();
        if (attempt.Body.Length > 0)
            await to.BodyWriter.WriteAsync(attempt.Body, ct);
        if (attempt.Rest is { } rest)
            await rest.CopyToAsync(to.Body, ct);
    }
}
