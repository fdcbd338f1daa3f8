namespace ModelHub.GraphQL.Language;

/// <summary>The source is no document; thrown by lexer and parser only and caught where the parser is called.</summary>
internal sealed class SyntaxException(string message, int position, bool isLimit = false) : Exception(message)
{
    public int Position { get; } = position;

    public bool IsLimit { get; } = isLimit;
}

internal static class Locations
{
    /// <summary>Line and column of an offset; computed only when an error is reported.</summary>
    public static SourceLocation Of(string source, int position)
    {
        var line = 1;
        var lineStart = 0;
        for (var i = 0; i < position && i < source.Length; i++)
        {
            if (source[i] == '\n' || (source[i] == '\r' && !(i + 1 < source.Length && source[i + 1] == '\n')))
            {
                line++;
                lineStart = i + 1;
            }
        }

        return new SourceLocation(line, position - lineStart + 1);
    }
}
