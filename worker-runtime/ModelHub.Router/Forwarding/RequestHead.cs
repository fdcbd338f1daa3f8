using System.Buffers.Text;
using System.Text;
using ModelHub.Router.Routing;

namespace ModelHub.Router.Forwarding;

/// <summary>Writes the head of a request to one of our nodes.</summary>
internal ref struct RequestHead(Span<byte> into)
{
    private readonly Span<byte> into = into;
    private int at;
    private bool fits = true;

    /// <param name="authorization">the whole header line</param>
    /// <returns>its length; -1 when a value is not printable ASCII or it does not fit</returns>
    public static int Write(Span<byte> into, Exchange exchange, Target target, ReadOnlySpan<byte> authorization)
    {
        var head = new RequestHead(into);
        var posts = exchange.Verb.HasBody();
        head.Bytes(posts ? "POST "u8 : "GET "u8);
        head.Bytes(target.Paths.Of(exchange.Verb));
        head.Bytes(" HTTP/1.1\r\nHost: "u8);
        head.Bytes(target.Node.Host);
        head.Bytes("\r\n"u8);
        head.Bytes(authorization);
        head.Header("x-request-id: "u8, exchange.RequestId);
        ref var headers = ref exchange.Headers;
        head.Header("Accept-Encoding: "u8, headers.AcceptEncoding);
        head.Header("traceparent: "u8, headers.TraceParent);
        head.Header("tracestate: "u8, headers.TraceState);
        head.Header("x-modelhub-environment: "u8, headers.Environment);
        if (posts)
        {
            head.Header("Content-Type: "u8, headers.ContentType);
            head.Header("Content-Encoding: "u8, headers.ContentEncoding);
            head.Header("Inference-Header-Content-Length: "u8, headers.JsonLength);
            head.Header("x-modelhub-timeout-ms: "u8, headers.TimeoutMilliseconds);
            head.Length(exchange.Body.Length);
        }
        head.Bytes("\r\n"u8);
        return head.fits ? head.at : -1;
    }

    private void Bytes(ReadOnlySpan<byte> bytes)
    {
        fits &= bytes.TryCopyTo(into[at..]);
        if (fits)
            at += bytes.Length;
    }

    private void Header(ReadOnlySpan<byte> name, string? value)
    {
        if (value is null)
            return;
        Bytes(name);
        fits &= !value.AsSpan().ContainsAnyExceptInRange(' ', '~') && Ascii.FromUtf16(value, into[at..], out _) == System.Buffers.OperationStatus.Done;
        if (fits)
            at += value.Length;
        Bytes("\r\n"u8);
    }

    private void Length(int length)
    {
        Bytes("Content-Length: "u8);
        fits &= Utf8Formatter.TryFormat(length, into[at..], out var written);
        at += written;
        Bytes("\r\n"u8);
    }
}
