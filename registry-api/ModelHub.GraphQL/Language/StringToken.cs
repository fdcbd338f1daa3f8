using System.Text;

namespace ModelHub.GraphQL.Language;

/// <summary>The specification's StringValue on one line, with its escapes.</summary>
internal static class StringToken
{
    /// <summary>The value of the string that begins at the position, which moves behind it.</summary>
    /// <exception cref="SyntaxException">It does not end, or an escape means nothing.</exception>
    public static string Read(ReadOnlySpan<char> text, ref int at)
    {
        var start = at++;
        StringBuilder? decoded = null;
        while (true)
        {
            var rest = text[at..];
            var stop = rest.IndexOfAny("\"\\\n\r");
            if (stop < 0 || rest[stop] is '\n' or '\r')
                throw new SyntaxException("The string is not terminated.", start);
            at += stop + 1;
            if (rest[stop] == '"')
                return decoded is null ? rest[..stop].ToString() : decoded.Append(rest[..stop]).ToString();
            decoded = (decoded ?? new StringBuilder()).Append(rest[..stop]);
            Escape(text, ref at, decoded);
        }
    }

    private static void Escape(ReadOnlySpan<char> text, ref int at, StringBuilder decoded)
    {
        var c = Peek(text, at++);
        if (c == 'u')
        {
            decoded.Append(UnicodeEscape(text, ref at).ToString());
            return;
        }

        decoded.Append(c switch
        {
            '"' or '\\' or '/' => c,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => throw new SyntaxException("Unknown escape sequence in a string.", at - 2),
        });
    }

    /// <summary>One scalar value: in braces, of four digits, or a pair of surrogates of four digits each.</summary>
    private static Rune UnicodeEscape(ReadOnlySpan<char> text, ref int at)
    {
        var start = at - 2;
        var isBraced = Peek(text, at) == '{';
        var code = isBraced ? BracedDigits(text, ref at, start) : FourDigits(text, ref at, start);
        if (!isBraced && char.IsHighSurrogate((char)code) && text[at..].StartsWith("\\u") && Peek(text, at + 2) != '{')
        {
            at += 2;
            var low = (char)FourDigits(text, ref at, start);
            if (char.IsLowSurrogate(low))
                return new Rune((char)code, low);
        }

        return Rune.TryCreate(code, out var rune) ? rune : throw new SyntaxException("The escape is no Unicode scalar value.", start);
    }

    private static int FourDigits(ReadOnlySpan<char> text, ref int at, int start)
    {
        if (at + 4 > text.Length)
            throw new SyntaxException("An escape of four hexadecimal digits is expected.", start);
        var code = 0;
        for (var i = 0; i < 4; i++)
            code = (code << 4) | Digit(text[at++], start);
        return code;
    }

    private static int BracedDigits(ReadOnlySpan<char> text, ref int at, int start)
    {
        var first = ++at;
        var code = 0;
        while (Peek(text, at) is var c && c != '}')
        {
            code = (code << 4) | Digit(c, start);
            at++;
            if (code > 0x10FFFF)
                throw new SyntaxException("The escape is no Unicode scalar value.", start);
        }

        return at++ > first ? code : throw new SyntaxException("The escape has no digits.", start);
    }

    private static int Digit(char c, int start) => char.IsAsciiHexDigit(c) ? (c & 15) + (c > '9' ? 9 : 0) : throw new SyntaxException("A hexadecimal digit is expected.", start);

    private static char Peek(ReadOnlySpan<char> text, int at) => at < text.Length ? text[at] : '\0';
}
