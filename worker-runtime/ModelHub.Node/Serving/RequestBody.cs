using System.Buffers;
using System.IO.Compression;
using ModelHub.Inference;

namespace ModelHub.Node.Serving;

/// <summary>Reads whole request bodies within the size limit, gunzipping them when they say so.</summary>
internal static class RequestBody
{
    private const int Chunk = 64 * 1024;

    /// <returns>the body, to be given back with <see cref="Done"/>, or the status to answer</returns>
    public static async ValueTask<(ReadOnlySequence<byte> Body, int? Status)> ReadAsync(HttpContext context, PooledBuffer buffer, int limit)
    {
        var encoding = context.Request.Headers.ContentEncoding.ToString();
        if (encoding == "gzip")
            return await GunzipAsync(context, buffer, limit);
        if (encoding is not ("" or "identity"))
            return (default, StatusCodes.Status415UnsupportedMediaType);
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > limit)
                return (default, StatusCodes.Status413PayloadTooLarge);
            if (read.IsCompleted)
                return (read.Buffer, null);
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    public static void Done(HttpContext context, ReadOnlySequence<byte> body)
    {
        if (context.Request.Headers.ContentEncoding.Count == 0)
            context.Request.BodyReader.AdvanceTo(body.End);
    }

    private static async ValueTask<(ReadOnlySequence<byte> Body, int? Status)> GunzipAsync(HttpContext context, PooledBuffer buffer, int limit)
    {
        await using var plain = new GZipStream(context.Request.Body, CompressionMode.Decompress);
        try
        {
            for (int n; (n = await plain.ReadAsync(buffer.GetMemory(Chunk), context.RequestAborted)) > 0;)
            {
                buffer.Advance(n);
                if (buffer.Count > limit)
                    return (default, StatusCodes.Status413PayloadTooLarge);
            }
        }
        catch (InvalidDataException)
        {
            return (default, StatusCodes.Status400BadRequest);
        }
        return (new ReadOnlySequence<byte>(buffer.Written), null);
    }
}
