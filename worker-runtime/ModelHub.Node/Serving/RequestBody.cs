using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using ModelHub.Inference;

namespace ModelHub.Node.Serving;

/// <summary>A whole request body, read within the size limit, gunzipped when it says so, in one piece.</summary>
internal readonly struct RequestBody
{
    private const int Chunk = 64 * 1024;
    private readonly PipeReader? pipe;

    private RequestBody(ReadOnlySequence<byte> bytes, PipeReader? pipe) => (Bytes, this.pipe) = (bytes, pipe);

    private RequestBody(int status) => Status = status;

    public ReadOnlySequence<byte> Bytes { get; }

    /// <summary>What to answer instead; null when all is well.</summary>
    public int? Status { get; }

    /// <param name="buffer">holds what the pipe does not have in one piece</param>
    /// <returns>the body, to be given back with <see cref="Done"/></returns>
    public static ValueTask<RequestBody> ReadAsync(HttpContext context, PooledBuffer buffer, int limit)
    {
        var encoding = context.Request.Headers.ContentEncoding;
        if (encoding.Count == 0)
            return PlainAsync(context.Request.BodyReader, buffer, limit);
        return encoding.ToString() switch
        {
            "gzip" => GunzipAsync(context, buffer, limit),
            "identity" => PlainAsync(context.Request.BodyReader, buffer, limit),
            _ => ValueTask.FromResult(new RequestBody(StatusCodes.Status415UnsupportedMediaType)),
        };
    }

    public void Done() => pipe?.AdvanceTo(Bytes.End);

    private static async ValueTask<RequestBody> PlainAsync(PipeReader reader, PooledBuffer buffer, int limit)
    {
        while (true)
        {
            // Without the request's token, which would cost an allocation: a caller who goes away ends the read too.
            var read = await reader.ReadAsync();
            if (read.Buffer.Length > limit)
                return new RequestBody(StatusCodes.Status413PayloadTooLarge);
            if (!read.IsCompleted)
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            else if (read.Buffer.IsSingleSegment)
                return new RequestBody(read.Buffer, reader);
            else
                return Joined(read.Buffer, reader, buffer);
        }
    }

    private static RequestBody Joined(ReadOnlySequence<byte> pieces, PipeReader reader, PooledBuffer buffer)
    {
        var length = (int)pieces.Length;
        pieces.CopyTo(buffer.GetSpan(length));
        buffer.Advance(length);
        reader.AdvanceTo(pieces.End);
        return new RequestBody(new ReadOnlySequence<byte>(buffer.Written), null);
    }

    private static async ValueTask<RequestBody> GunzipAsync(HttpContext context, PooledBuffer buffer, int limit)
    {
        await using var plain = new GZipStream(context.Request.Body, CompressionMode.Decompress);
        try
        {
            for (int n; (n = await plain.ReadAsync(buffer.GetMemory(Chunk), context.RequestAborted)) > 0;)
            {
                buffer.Advance(n);
                if (buffer.Count > limit)
                    return new RequestBody(StatusCodes.Status413PayloadTooLarge);
            }
        }
        catch (InvalidDataException)
        {
            return new RequestBody(StatusCodes.Status400BadRequest);
        }
        return new RequestBody(new ReadOnlySequence<byte>(buffer.Written), null);
    }
}
