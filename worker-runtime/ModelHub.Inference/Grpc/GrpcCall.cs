using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace ModelHub.Inference.Grpc;

/// <summary>Unary gRPC over Kestrel's HTTP/2: takes the one message of a call, gives one back or a status.</summary>
public static class GrpcCall
{
    private const string Gzip = "gzip";

    /// <summary>What is wrong with the call itself, before its message is looked at.</summary>
    /// <returns>the HTTP status to answer instead of a gRPC one, or null</returns>
    public static int? Refuses(HttpContext context) =>
        !HttpProtocol.IsHttp2(context.Request.Protocol) ? StatusCodes.Status426UpgradeRequired
        : context.Request.ContentType?.StartsWith(GrpcHeaders.ContentType, StringComparison.OrdinalIgnoreCase) != true ? StatusCodes.Status415UnsupportedMediaType
        : null;

    /// <summary>Reads the message within the size limit, inflated if it is compressed.</summary>
    /// <param name="message">gets it; empty when an error is returned</param>
    public static async ValueTask<CallError?> ReadAsync(HttpContext context, PooledBuffer message, int limit)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > limit + GrpcFrame.PrefixBytes)
                return new CallError(413, $"The message has more than {limit} bytes.");
            if (read.IsCompleted)
            {
                var error = Take(context, read.Buffer, message, limit);
                reader.AdvanceTo(read.Buffer.End);
                return error;
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <param name="frame">the message behind its five bytes, see <see cref="GrpcFrame"/></param>
    public static async Task AnswerAsync(HttpContext context, ReadOnlyMemory<byte> frame)
    {
        context.Response.ContentType = GrpcHeaders.ContentType;
        await context.Response.BodyWriter.WriteAsync(frame, context.RequestAborted);
        context.Response.AppendTrailer(GrpcHeaders.Status, "0");
    }

    /// <summary>Ends the call with nothing but a status.</summary>
    public static Task FailAsync(HttpContext context, CallError error)
    {
        var headers = context.Response.Headers;
        headers.ContentType = GrpcHeaders.ContentType;
        if (error.Status == StatusCodes.Status501NotImplemented)
            headers[GrpcHeaders.AcceptEncoding] = "identity,gzip";
        headers[GrpcHeaders.Status] = ((int)GrpcHeaders.Of(error.Status)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        headers[GrpcHeaders.Message] = GrpcHeaders.Encode(error.Message);
        headers[GrpcHeaders.RestStatus] = error.Status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }

    private static CallError? Take(HttpContext context, in ReadOnlySequence<byte> body, PooledBuffer message, int limit)
    {
        if (!GrpcFrame.TryTake(body, out var taken, out var compressed))
            return new CallError(400, "The body is not one gRPC message.");
        if (!compressed)
        {
            foreach (var part in taken)
                message.Write(part.Span);
            return null;
        }
        if (context.Request.Headers[GrpcHeaders.Encoding] != Gzip)
            return new CallError(501, "The only compression taken is gzip.");
        try
        {
            return GrpcFrame.TryInflate(taken, message, limit) ? null : new CallError(413, $"The message has more than {limit} bytes.");
        }
        catch (InvalidDataException)
        {
            return new CallError(400, "The message is not valid gzip.");
        }
    }
}
