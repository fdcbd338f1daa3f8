using System.Text;

namespace ModelHub.GraphQL.Language;

internal enum TokenKind : byte
{
    EndOfFile,
    Bang,
    Dollar,
    Ampersand,
    ParenOpen,
    ParenClose,
    Spread,
    Colon,
    Equals,
    At,
    BracketOpen,
    BracketClose,
    BraceOpen,
    Pipe,
    BraceClose,
    Name,
    Int,
    Float,
    String,
}

/// <summary>Cuts the source into tokens, one at a time.</summary>
internal ref struct Lexer(string source, int maxTokens)
{
    private readonly ReadOnlySpan<char> text = source;
    private int next = 0;
    private int count = 0;

    public TokenKind Kind { get; private set; }

    public int Start { get; private set; }

    /// <summary>Where the token ends.</summary>
    public readonly int End => next;

    /// <summary>The decoded value of a string token.</summary>
    public string StringValue { get; private set; } = "";

    public readonly ReadOnlySpan<char> Span => text[Start..next];

    public void Advance()
    {
        SkipIgnored();
        Start = next;
        if (next >= text.Length)
        {
            Kind = TokenKind.EndOfFile;
            return;
        }

        if (++count > maxTokens)
            throw new SyntaxException($"The document has too many tokens: the limit is {maxTokens}.", Start, isLimit: true);
        var c = text[next];
        if (char.IsAsciiLetter(c) || c == '_')
            ReadName();
        else if (char.IsAsciiDigit(c) || c == '-')
            ReadNumber();
        else if (c == '"')
            ReadString();
        else
            ReadPunctuator(c);
    }

    private void SkipIgnored()
    {
        while (next < text.Length)
        {
            var c = text[next];
            if (c is ' ' or '\t' or '\n' or '\r' or ',' or '\uFEFF')
                next++;
            else if (c == '#')
                SkipComment();
            else
                return;
        }
    }

    private void SkipComment()
    {
        var rest = text[next..];
        var end = rest.IndexOfAny('\n', '\r');
        next = end < 0 ? text.Length : next + end;
    }

    private void ReadPunctuator(char c)
    {
        Kind = c switch
        {
            '!' => TokenKind.Bang,
            '$' => TokenKind.Dollar,
            '&' => TokenKind.Ampersand,
            '(' => TokenKind.ParenOpen,
            ')' => TokenKind.ParenClose,
            ':' => TokenKind.Colon,
            '=' => TokenKind.Equals,
            '@' => TokenKind.At,
            '[' => TokenKind.BracketOpen,
            ']' => TokenKind.BracketClose,
            '{' => TokenKind.BraceOpen,
            '|' => TokenKind.Pipe,
            '}' => TokenKind.BraceClose,
            '.' when text[next..].StartsWith("...") => TokenKind.Spread,
            _ => throw new SyntaxException($"Unexpected character {Shown(c)}.", Start),
        };
        next += Kind == TokenKind.Spread ? 3 : 1;
    }

    private static string Shown(char c) => c is > ' ' and < (char)127 ? $"'{c}'" : $"U+{(int)c:X4}";

    private void ReadName()
    {
        while (next < text.Length && IsNamePart(text[next]))
            next++;
        Kind = TokenKind.Name;
    }

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private void ReadNumber()
    {
        Kind = TokenKind.Int;
        if (text[next] == '-')
            next++;
        if (Peek() == '0')
        {
            next++;
            if (char.IsAsciiDigit(Peek()))
                throw new SyntaxException("A number must not have leading zeros.", next);
        }
        else
        {
            ReadDigits();
        }

        if (Peek() == '.')
        {
            Kind = TokenKind.Float;
            next++;
            ReadDigits();
        }

        if (Peek() is 'e' or 'E')
        {
            Kind = TokenKind.Float;
            next++;
            if (Peek() is '+' or '-')
                next++;
            ReadDigits();
        }

        if (Peek() == '.' || (next < text.Length && IsNamePart(text[next])))
            throw new SyntaxException($"Unexpected character {Shown(Peek())} after a number.", next);
    }

    private readonly char Peek() => next < text.Length ? text[next] : '\0';

    private void ReadDigits()
    {
        if (!char.IsAsciiDigit(Peek()))
            throw new SyntaxException("A digit is expected.", next);
        while (char.IsAsciiDigit(Peek()))
            next++;
    }

    private void ReadString()
    {
        Kind = TokenKind.String;
        if (text[next..].StartsWith("\"\"\""))
        {
            ReadBlockString();
            return;
        }

        next++;
        var rest = text[next..];
        var end = rest.IndexOfAny("\"\\\n\r");
        if (end >= 0 && rest[end] == '"')
        {
            StringValue = rest[..end].ToString();
            next += end + 1;
            return;
        }

        ReadEscapedString();
    }

    private void ReadEscapedString()
    {
        var value = new StringBuilder();
        while (true)
        {
            var rest = text[next..];
            var stop = rest.IndexOfAny("\"\\\n\r");
            if (stop < 0 || rest[stop] is '\n' or '\r')
                throw new SyntaxException("The string is not terminated.", Start);
            value.Append(rest[..stop]);
            next += stop + 1;
            if (rest[stop] == '"')
                break;
            ReadEscape(value);
        }

        StringValue = value.ToString();
    }

    private void ReadEscape(StringBuilder value)
    {
        var c = Peek();
        next++;
        if (c == 'u')
        {
            value.Append(ReadUnicodeEscape().ToString());
            return;
        }

        value.Append(c switch
        {
            '"' or '\\' or '/' => c,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => throw new SyntaxException("Unknown escape sequence in a string.", next - 2),
        });
    }

    private Rune ReadUnicodeEscape()
    {
        var at = next - 2;
        var code = Peek() == '{' ? ReadBracedCode(at) : ReadFourDigits(at);
        if (code is >= 0xD800 and < 0xDC00 && text[next..].StartsWith("\\u") && next + 2 < text.Length && text[next + 2] != '{')
        {
            next += 2;
            var low = ReadFourDigits(at);
            if (low is >= 0xDC00 and < 0xE000)
                return new Rune((char)code, (char)low);
        }

        return Rune.TryCreate(code, out var rune) ? rune : throw new SyntaxException("The escape is no Unicode scalar value.", at);
    }

    private int ReadFourDigits(int at)
    {
        if (next + 4 > text.Length)
            throw new SyntaxException("An escape of four hexadecimal digits is expected.", at);
        var code = 0;
        for (var i = 0; i < 4; i++)
            code = (code << 4) | Hex(text[next++], at);
        return code;
    }

    private int ReadBracedCode(int at)
    {
        next++;
        var first = next;
        var code = 0;
        while (Peek() != '}')
        {
            code = (code << 4) | Hex(Peek(), at);
            next++;
            if (code > 0x10FFFF)
                throw new SyntaxException("The escape is no Unicode scalar value.", at);
        }

        if (next == first)
            throw new SyntaxException("The escape has no digits.", at);
        next++;
        return code;
    }

    private static int Hex(char c, int at) => char.IsAsciiHexDigit(c) ? (c & 15) + (c > '9' ? 9 : 0) : throw new SyntaxException("A hexadecimal digit is expected.", at);

    private void ReadBlockString()
    {
        next += 3;
        var raw = new StringBuilder();
        while (true)
        {
            var rest = text[next..];
            var stop = rest.IndexOf("\"\"\"");
            if (stop < 0)
                throw new SyntaxException("The block string is not terminated.", Start);
            if (stop > 0 && rest[stop - 1] == '\\')
            {
                raw.Append(rest[..(stop - 1)]).Append("\"\"\"");
                next += stop + 3;
                continue;
            }

            raw.Append(rest[..stop]);
            next += stop + 3;
            StringValue = BlockString.Dedent(raw.ToString());
            return;
        }
    }
}
