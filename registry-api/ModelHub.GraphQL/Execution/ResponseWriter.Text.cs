using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ModelHub.GraphQL.Execution;

/// <summary>Everything else as JSON: text, what stands in quotes, and what the serializer writes.</summary>
internal sealed partial class ResponseWriter
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>What stands in a string as it is: printable ASCII but the quote and the backslash.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create([.. Enumerable.Range(' ', 95).Select(c => (char)c).Where(c => c is not ('"' or '\\'))]);

    public void Null() => Raw("null"u8);

    public void Boolean(bool value) => Raw(value ? "true"u8 : "false"u8);

    public void Guid(Guid value) => Quoted(value, "D");

    /// <summary>Bytes as base64url text.</summary>
    public void Base64Url(ReadOnlySpan<byte> bytes)
    {
        Ensure(System.Buffers.Text.Base64Url.GetEncodedLength(bytes.Length) + 2);
        buffer[length++] = (byte)'"';
        length += System.Buffers.Text.Base64Url.EncodeToUtf8(bytes, buffer.AsSpan(length));
        buffer[length++] = (byte)'"';
    }

    /// <summary>A point in time after RFC 3339 in UTC, with as many digits of fraction as it has.</summary>
    public void Time(DateTimeOffset value) => Time(value.UtcDateTime);

    /// <summary>The same of a time that is already UTC.</summary>
    public void Time(DateTime utc)
    {
        Ensure(32);
        buffer[length++] = (byte)'"';
        utc.TryFormat(buffer.AsSpan(length), out var written, "s", CultureInfo.InvariantCulture);
        length += written;
        if ((int)(utc.Ticks % TimeSpan.TicksPerSecond) is > 0 and var ticks)
            Fraction(ticks, new StandardFormat('D', 7));
        buffer[length++] = (byte)'Z';
        buffer[length++] = (byte)'"';
    }

    /// <summary>A value whose format needs no escapes, in quotes.</summary>
    public void Quoted<T>(T value, string format)
        where T : IUtf8SpanFormattable
    {
        Raw((byte)'"');
        Formatted(value, format);
        Raw((byte)'"');
    }

    public void String(string value) => String(value.AsSpan());

    public void String(ReadOnlySpan<char> value)
    {
        if (value.ContainsAnyExcept(Plain))
        {
            Escaped(value);
            return;
        }

        Ensure(value.Length + 2);
        var to = buffer.AsSpan(length, value.Length + 2);
        to[0] = (byte)'"';
        Ascii.FromUtf16(value, to[1..], out _);
        to[^1] = (byte)'"';
        length += to.Length;
    }

    public void Json(JsonElement value)
    {
        using var json = new Utf8JsonWriter(this, Relaxed);
        value.WriteTo(json);
    }

    /// <summary>Any object by the serializer.</summary>
    public void Json(object value, Type type)
    {
        using var json = new Utf8JsonWriter(this, Relaxed);
        JsonSerializer.Serialize(json, value, type);
    }

    /// <summary>The name of a member with its colon, ready to be copied.</summary>
    public static byte[] EncodeName(string name) => [.. EncodeText(name), (byte)':'];

    /// <summary>A string in its quotes, ready to be copied.</summary>
    public static byte[] EncodeText(string text) => [(byte)'"', .. JsonEncodedText.Encode(text).EncodedUtf8Bytes, (byte)'"'];

    private void Escaped(ReadOnlySpan<char> value)
    {
        Raw((byte)'"');
        var start = length;
        Utf8(value);
        var special = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.FindFirstCharacterToEncodeUtf8(buffer.AsSpan(start, length - start));
        if (special >= 0)
        {
            length = start;
            Utf8(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value.ToString()));
        }

        Raw((byte)'"');
    }

    // Digits behind a point, without the zeros at their end.
    private void Fraction(int digits, StandardFormat format)
    {
        buffer[length++] = (byte)'.';
        Utf8Formatter.TryFormat(digits, buffer.AsSpan(length), out var written, format);
        length += written;
        while (buffer[length - 1] == '0')
            length--;
    }

    private void Formatted<T>(T value, string? format = null)
        where T : IUtf8SpanFormattable
    {
        Ensure(64);
        value.TryFormat(buffer.AsSpan(length), out var written, format, CultureInfo.InvariantCulture);
        length += written;
    }

    private void Utf8(ReadOnlySpan<char> text)
    {
        Ensure(Encoding.UTF8.GetMaxByteCount(text.Length) + 1);
        length += Encoding.UTF8.GetBytes(text, buffer.AsSpan(length));
    }
}
