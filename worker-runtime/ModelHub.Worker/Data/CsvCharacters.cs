using System.Text;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Data;

/// <summary>Characters of a UTF-8 file with CRLF read as LF and lines counted; anything that is not text is refused.</summary>
internal sealed class CsvCharacters : IDisposable
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string file;
    private readonly StreamReader reader;
    private readonly char[] buffer = new char[16_384];
    private int position;
    private int length;

    public CsvCharacters(string file, Stream stream)
    {
        this.file = file;
        reader = new StreamReader(stream, Strict, detectEncodingFromByteOrderMarks: false, 65_536);
        if (Peek() == '\uFEFF') position++;
    }

    /// <summary>The 1-based line of the next character.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>The next character, or -1 at the end.</summary>
    public int Peek()
    {
        var next = Current();
        if (next != '\r') return next;
        return Following() == '\n' ? '\n' : throw new BadInputException(
            $"{file}: line {Line} ends in a single carriage return; save the file with LF or CRLF line ends.");
    }

    public int Read()
    {
        var next = Peek();
        if (next < 0) return next;
        if (buffer[position] == '\r') position++;
        position++;
        if (next == '\n') Line++;
        return next == '\0' ? throw new BadInputException($"{file}: line {Line} holds a NUL character.") : next;
    }

    public void Dispose() => reader.Dispose();

    private int Current() => position < length || Fill() ? buffer[position] : -1;

    private int Following()
    {
        if (position + 1 < length) return buffer[position + 1];
        buffer[0] = buffer[position];
        length = 1 + Decode(buffer.AsSpan(1));
        position = 0;
        return length > 1 ? buffer[1] : -1;
    }

    private bool Fill()
    {
        length = Decode(buffer);
        position = 0;
        return length > 0;
    }

    private int Decode(Span<char> into)
    {
        try
        {
            return reader.Read(into);
        }
        catch (DecoderFallbackException e)
        {
            throw new BadInputException($"{file}: near line {Line} there are bytes that are not UTF-8 text.", e);
        }
    }
}
