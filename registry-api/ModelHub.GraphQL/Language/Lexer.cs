namespace ModelHub.GraphQL.Language;

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

    /// <exception cref="SyntaxException">What follows is no token, or is one too many.</exception>
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
        if (IsNameStart(c))
            ReadName();
        else if (char.IsAsciiDigit(c) || c == '-')
            ReadNumber();
        else if (c == '"')
            ReadString();
        else
            ReadPunctuator(c);
    }

    internal static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';

    /// <summary>A character as it can be shown in a message.</summary>
    internal static string Shown(char c) => c is > ' ' and < (char)127 ? $"'{c}'" : $"U+{(int)c:X4}";

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
        var end = text[next..].IndexOfAny('\n', '\r');
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

    private void ReadName()
    {
        while (next < text.Length && (IsNameStart(text[next]) || char.IsAsciiDigit(text[next])))
            next++;
        Kind = TokenKind.Name;
    }

    private void ReadNumber()
    {
        next = NumberToken.End(text, next, out var isFloat);
        Kind = isFloat ? TokenKind.Float : TokenKind.Int;
    }

    private void ReadString()
    {
        Kind = TokenKind.String;
        var isBlock = text[next..].StartsWith("\"\"\"");
        StringValue = isBlock ? BlockString.Read(text, ref next) : StringToken.Read(text, ref next);
    }
}
