using ModelHub.Inference.V2;

namespace ModelHub.Node.Serving;

/// <summary>Writes the small answers.</summary>
internal static class Answer
{
    public static Task ErrorAsync(HttpContext context, int status, string message)
    {
        if (status == StatusCodes.Status429TooManyRequests)
            context.Response.Headers.RetryAfter = "1";
        // The rest of the body is not read: nothing more can come over this connection.
        if (status == StatusCodes.Status413PayloadTooLarge)
            context.Response.Headers.Connection = "close";
        return JsonAsync(context, status, Documents.Error(message));
    }

    public static async Task JsonAsync(HttpContext context, int status, ReadOnlyMemory<byte> json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await AnswerBody.WriteAsync(context, json);
    }
}
