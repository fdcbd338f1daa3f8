using System.IO.Compression;
using System.IO.Pipelines;

namespace ModelHub.Node.Serving;

/// <summary>Sends a whole body, as gzip to callers who take it.</summary>
internal static class AnswerBody
{
    // A shorter one goes in one packet either way.
    private const int Smallest = 256;

    public static ValueTask<FlushResult> WriteAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        if (body.Length >= Smallest && context.Request.Headers.AcceptEncoding.Count > 0 && TakesGzip(context.Request.Headers.AcceptEncoding.ToString()))
        {
            response.Headers.ContentEncoding = "gzip";
            response.Headers.Vary = "Accept-Encoding";
            body = Packed(body);
        }
        response.ContentLength = body.Length;
        return response.BodyWriter.WriteAsync(body);
    }

    /// <summary>Reads an Accept-Encoding header: <c>br, gzip;q=0.8</c>.</summary>
    internal static bool TakesGzip(ReadOnlySpan<char> accepted)
    {
        foreach (var part in accepted.Split(','))
        {
            var coding = accepted[part].Trim();
            var end = coding.IndexOf(';');
            var name = end < 0 ? coding : coding[..end].TrimEnd();
            if (!name.Equals("gzip", StringComparison.OrdinalIgnoreCase) && name is not "*")
                continue;
            var weight = end < 0 ? [] : coding[(end + 1)..].Trim();
            return !weight.StartsWith("q=", StringComparison.OrdinalIgnoreCase) || weight[2..].IndexOfAnyInRange('1', '9') >= 0;
        }
        return false;
    }

    private static ReadOnlyMemory<byte> Packed(ReadOnlyMemory<byte> body)
    {
        var packed = new MemoryStream(body.Length / 2);
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(body.Span);
        return packed.GetBuffer().AsMemory(0, (int)packed.Length);
    }
}
