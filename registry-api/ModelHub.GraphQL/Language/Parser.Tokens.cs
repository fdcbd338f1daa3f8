using System.Runtime.CompilerServices;

namespace ModelHub.GraphQL.Language;

/// <summary>What is expected next, and how deep it may lie.</summary>
internal ref partial struct Parser
{
    private void Descend()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (++depth > maxDepth)
            throw new SyntaxException($"The document nests too deep: the limit is {maxDepth} levels.", lexer.Start, isLimit: true);
    }

    private string ParseName()
    {
        if (lexer.Kind != TokenKind.Name)
            throw Unexpected("a name");
        var name = lexer.Span.ToString();
        lexer.Advance();
        return name;
    }

    private void ExpectKeyword(string keyword)
    {
        if (lexer.Kind != TokenKind.Name || !lexer.Span.SequenceEqual(keyword))
            throw Unexpected($"\"{keyword}\"");
        lexer.Advance();
    }

    private void Expect(TokenKind kind)
    {
        if (!Skip(kind))
            throw Unexpected(kind.Shown());
    }

    private bool Skip(TokenKind kind)
    {
        if (lexer.Kind != kind)
            return false;
        if (kind != TokenKind.EndOfFile)
            lexer.Advance();
        return true;
    }

    private readonly SyntaxException Unexpected(string wanted)
    {
        var found = lexer.Kind == TokenKind.EndOfFile ? lexer.Kind.Shown() : Shown(lexer.Span);
        return new SyntaxException($"Syntax error: {wanted} is expected, found {found}.", lexer.Start);
    }

    private static string Shown(ReadOnlySpan<char> token) => token.Length <= 40 ? $"\"{token}\"" : $"\"{token[..40]}…\"";
}
