namespace ModelHub.GraphQL.Language;

/// <summary>The specification's IntValue and FloatValue.</summary>
internal static class NumberToken
{
    /// <summary>Where the number that begins at the position ends.</summary>
    /// <exception cref="SyntaxException">It is no number, or something clings to it.</exception>
    public static int End(ReadOnlySpan<char> text, int at, out bool isFloat)
    {
        isFloat = false;
        if (text[at] == '-')
            at++;
        at = Integer(text, at);
        if (Peek(text, at) == '.')
        {
            isFloat = true;
            at = Digits(text, at + 1);
        }

        if (Peek(text, at) is 'e' or 'E')
        {
            isFloat = true;
            at++;
            at = Digits(text, Peek(text, at) is '+' or '-' ? at + 1 : at);
        }

        var after = Peek(text, at);
        return after != '.' && !Lexer.IsNameStart(after) ? at : throw new SyntaxException($"Unexpected character {Lexer.Shown(after)} after a number.", at);
    }

    private static int Integer(ReadOnlySpan<char> text, int at)
    {
        if (Peek(text, at) != '0')
            return Digits(text, at);
        return char.IsAsciiDigit(Peek(text, at + 1)) ? throw new SyntaxException("A number must not have leading zeros.", at + 1) : at + 1;
    }

    private static int Digits(ReadOnlySpan<char> text, int at)
    {
        if (!char.IsAsciiDigit(Peek(text, at)))
            throw new SyntaxException("A digit is expected.", at);
        while (char.IsAsciiDigit(Peek(text, at)))
            at++;
        return at;
    }

    private static char Peek(ReadOnlySpan<char> text, int at) => at < text.Length ? text[at] : '\0';
}
