using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace ModelHub.Router.Wire;

internal enum HeadEnd
{
    Incomplete,
    Complete,

    /// <summary>Not an answer this router trusts; the connection is closed.</summary>
    Malformed,
}

/// <summary>
/// The head of an HTTP/1.1 answer (RFC 9112), read strictly: what two parsers might read in two ways is refused. That is
/// a line that does not end in CR LF, white space before a colon or at the start of a line, a control character in a
/// value, a second Content-Length, Content-Length beside Transfer-Encoding, any coding but chunked, an interim answer,
/// and an answer whose body has no stated end. Reused; holds no memory of its own.
/// </summary>
internal sealed class AnswerHead
{
    /// <summary>Longest head in bytes; the receive buffer of a connection holds as many.</summary>
    public const int MostBytes = 16 * 1024;

    private const int MostHeaders = 64;

    private static readonly SearchValues<byte> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private bool closes;
    private int echoes;
    private int wrongEchoes;

    public int Status { get; private set; }

    /// <summary>Bytes of the body, -1 when it comes in chunks.</summary>
    public long Length { get; private set; }

    public bool IsChunked => Length < 0;

    public bool KeepsAlive => !closes;

    public string? ContentType { get; private set; }

    public string? ContentEncoding { get; private set; }

    public string? JsonLength { get; private set; }

    public string? RetryAfter { get; private set; }

    /// <summary>What the node says of its kept answers.</summary>
    public string? Cache { get; private set; }

    /// <summary>Fields with values the version has not seen, as the node names them.</summary>
    public string? Flagged { get; private set; }

    /// <summary>The id of the request that is answered.</summary>
    public string RequestId { get; set; } = "";

    /// <summary>Whether the node gave that id back: else these bytes are the answer to something else, or to nothing.</summary>
    public bool IsOfRequest => echoes > 0 && wrongEchoes == 0;

    /// <param name="consumed">bytes of the head, the empty line included, when it is complete</param>
    public HeadEnd Read(ReadOnlySpan<byte> bytes, out int consumed)
    {
        consumed = 0;
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return bytes.Length >= MostBytes ? HeadEnd.Malformed : HeadEnd.Incomplete;
        consumed = end + 4;
        return Parse(bytes[..(end + 2)]) ? HeadEnd.Complete : HeadEnd.Malformed;
    }

    /// <summary>Takes the head of an answer that the framework has read.</summary>
    public void Take(HttpResponseMessage response)
    {
        (Status, Length, closes) = ((int)response.StatusCode, response.Content.Headers.ContentLength ?? -1, false);
        ContentType = response.Content.Headers.ContentType?.ToString();
        ContentEncoding = response.Content.Headers.ContentEncoding.FirstOrDefault();
        RetryAfter = response.Headers.RetryAfter?.ToString();
        (JsonLength, Cache, Flagged) = (One("Inference-Header-Content-Length"), One("x-modelhub-cache"), One("x-modelhub-flagged"));

        string? One(string name) => response.Headers.TryGetValues(name, out var values) ? values.First() : null;
    }

    /// <summary>Takes the status of an answer that came another way.</summary>
    public void Take(int status) => (Status, Length) = (status, 0);

    // Every line of the head ends in CR LF.
    private bool Parse(ReadOnlySpan<byte> lines)
    {
        (Status, Length, closes) = (0, -2, false);
        (ContentType, ContentEncoding, JsonLength, RetryAfter, Cache, Flagged) = (null, null, null, null, null, null);
        (echoes, wrongEchoes) = (0, 0);
        var first = lines.IndexOf("\r\n"u8);
        if (!StatusLine(lines[..first]))
            return false;
        var count = 0;
        for (lines = lines[(first + 2)..]; lines.Length > 0;)
        {
            var end = lines.IndexOf("\r\n"u8);
            if (++count > MostHeaders || !Header(lines[..end]))
                return false;
            lines = lines[(end + 2)..];
        }
        if (Status is 204 or 304)
            Length = Length is -2 or 0 ? 0 : -3;
        return Length >= -1;
    }

    private bool StatusLine(ReadOnlySpan<byte> line)
    {
        // HTTP/1.1 200 OK; the space after the code must be there, the phrase need not.
        if (line.Length < 13 || !line.StartsWith("HTTP/1.1 "u8) || line[12] != ' ' || HasControls(line))
            return false;
        if (!Utf8Parser.TryParse(line[9..12], out int status, out var used) || used != 3 || status is < 200 or > 599)
            return false;
        Status = status;
        return true;
    }

    private bool Header(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].ContainsAnyExcept(Token))
            return false;
        var name = line[..colon];
        var value = line[(colon + 1)..].Trim(" \t"u8);
        if (HasControls(value))
            return false;
        switch (name.Length)
        {
            case 14 when Is(name, "content-length"u8):
                return ContentLength(value);
            case 17 when Is(name, "transfer-encoding"u8):
                return TransferEncoding(value);
            case 10 when Is(name, "connection"u8):
                closes |= !Is(value, "keep-alive"u8);
                return true;
            case 12 when Is(name, "content-type"u8):
                ContentType = HeaderText.Of(value);
                return true;
            case 12 when Is(name, "x-request-id"u8):
                echoes++;
                wrongEchoes += Ascii.Equals(value, RequestId) ? 0 : 1;
                return true;
            case 16 when Is(name, "x-modelhub-cache"u8):
                Cache = HeaderText.Of(value);
                return true;
            case 18 when Is(name, "x-modelhub-flagged"u8):
                Flagged = HeaderText.Of(value);
                return true;
            case 16 when Is(name, "content-encoding"u8):
                ContentEncoding = HeaderText.Of(value);
                return true;
            case 11 when Is(name, "retry-after"u8):
                RetryAfter = Encoding.Latin1.GetString(value);
                return true;
            case 31 when Is(name, "inference-header-content-length"u8):
                JsonLength = Encoding.Latin1.GetString(value);
                return true;
            default:
                return true;
        }
    }

    private bool ContentLength(ReadOnlySpan<byte> value)
    {
        if (Length != -2 || value.Length is 0 or > 18 || value.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        if (!Utf8Parser.TryParse(value, out long length, out _))
            return false;
        Length = length;
        return true;
    }

    private bool TransferEncoding(ReadOnlySpan<byte> value)
    {
        if (Length != -2 || !Is(value, "chunked"u8))
            return false;
        Length = -1;
        return true;
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCase) => Ascii.EqualsIgnoreCase(text, lowerCase);

    private static bool HasControls(ReadOnlySpan<byte> value)
    {
        foreach (var b in value)
            if (b is < 0x20 and not (byte)'\t' or 0x7f)
                return true;
        return false;
    }
}
