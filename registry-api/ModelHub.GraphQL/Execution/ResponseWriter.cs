using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ModelHub.GraphQL.Execution;

/// <summary>The answer would be longer than the limit.</summary>
internal sealed class ResponseTooLargeException(int limit) : Exception($"The response is too large: the limit is {limit} bytes.");

/// <summary>JSON into a pooled buffer that can be cut back, which is how a null takes the place of half an object.</summary>
internal sealed class ResponseWriter(int limit) : IDisposable
{
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(4096);
    private int room = Math.Min(4096, limit);
    private int length;

    public int Length => length;

    public ReadOnlyMemory<byte> Written => buffer.AsMemory(0, length);

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    /// <summary>Forgets everything after a position.</summary>
    public void Truncate(int position) => length = position;

    public void Raw(byte value)
    {
        Ensure(1);
        buffer[length++] = value;
    }

    public void Raw(ReadOnlySpan<byte> bytes)
    {
        Ensure(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
    }

    public void Null() => Raw("null"u8);

    public void Boolean(bool value) => Raw(value ? "true"u8 : "false"u8);

    public void Number(int value)
    {
        Ensure(11);
        Utf8Formatter.TryFormat(value, buffer.AsSpan(length), out var written);
        length += written;
    }

    public void Number(long value)
    {
        Ensure(20);
        Utf8Formatter.TryFormat(value, buffer.AsSpan(length), out var written);
        length += written;
    }

    /// <exception cref="LeafException">The value is not finite.</exception>
    public void Number(double value)
    {
        if (!double.IsFinite(value))
            throw new LeafException("Float cannot represent a number that is not finite.");
        Formatted(value);
    }

    public void Number(decimal value) => Formatted(value);

    public void Guid(Guid value) => Quoted(value, "D");

    /// <summary>A value whose format needs no escapes, in quotes.</summary>
    public void Quoted<T>(T value, string format)
        where T : IUtf8SpanFormattable
    {
        Raw((byte)'"');
        Formatted(value, format);
        Raw((byte)'"');
    }

    public void String(string value)
    {
        Raw((byte)'"');
        var start = length;
        Utf8(value);
        var special = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.FindFirstCharacterToEncodeUtf8(buffer.AsSpan(start, length - start));
        if (special >= 0)
        {
            length = start;
            Utf8(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value));
        }

        Raw((byte)'"');
    }

    public void Json(JsonElement value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            value.WriteTo(writer);
        Raw(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    /// <summary>The name of a member with its colon, ready to be copied.</summary>
    public static byte[] EncodeName(string name) => [(byte)'"', .. JsonEncodedText.Encode(name).EncodedUtf8Bytes, (byte)'"', (byte)':'];

    private void Formatted<T>(T value, string? format = null)
        where T : IUtf8SpanFormattable
    {
        Ensure(64);
        value.TryFormat(buffer.AsSpan(length), out var written, format, CultureInfo.InvariantCulture);
        length += written;
    }

    private void Utf8(string text)
    {
        Ensure(Encoding.UTF8.GetMaxByteCount(text.Length) + 1);
        length += Encoding.UTF8.GetBytes(text, buffer.AsSpan(length));
    }

    private void Ensure(int more)
    {
        if (length + more > room)
            MakeRoom(more);
    }

    // Requests for space are upper bounds: near the limit only what is written counts.
    private void MakeRoom(int more)
    {
        if (length > limit)
            throw new ResponseTooLargeException(limit);
        var needed = checked(length + more);
        if (needed > buffer.Length)
            Grow(needed <= limit ? Math.Max(buffer.Length * 2, needed) : needed);
    }

    private void Grow(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(size);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
        room = Math.Min(buffer.Length, limit);
    }
}
