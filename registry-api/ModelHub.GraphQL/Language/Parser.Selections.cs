namespace ModelHub.GraphQL.Language;

/// <summary>Selections with their arguments and directives.</summary>
internal ref partial struct Parser
{
    private SelectionSet ParseSelectionSet()
    {
        Descend();
        var start = lexer.Start;
        Expect(TokenKind.BraceOpen);
        var items = new List<Selection>(8);
        do
            items.Add(ParseSelection());
        while (!Skip(TokenKind.BraceClose));
        depth--;
        return new SelectionSet(start, [.. items]);
    }

    private Selection ParseSelection()
    {
        var start = lexer.Start;
        if (!Skip(TokenKind.Spread))
            return ParseField(start);
        if (lexer.Kind == TokenKind.Name && lexer.Span is not "on")
        {
            var name = ParseName();
            return new FragmentSpread(start, name, ParseDirectives(constant: false));
        }

        NamedType? on = null;
        if (lexer.Kind == TokenKind.Name)
        {
            lexer.Advance();
            on = ParseNamedType();
        }

        var directives = ParseDirectives(constant: false);
        return new InlineFragment(start, on, directives, ParseSelectionSet());
    }

    private Field ParseField(int start)
    {
        var name = ParseName();
        string? alias = null;
        if (Skip(TokenKind.Colon))
            (alias, name) = (name, ParseName());
        var arguments = ParseArguments(constant: false);
        var directives = ParseDirectives(constant: false);
        var selections = lexer.Kind == TokenKind.BraceOpen ? ParseSelectionSet() : null;
        return new Field(start, alias, name, arguments, directives, selections);
    }

    private Argument[] ParseArguments(bool constant)
    {
        if (!Skip(TokenKind.ParenOpen))
            return [];
        var all = new List<Argument>(4);
        do
            all.Add(ParseArgument(constant));
        while (!Skip(TokenKind.ParenClose));
        return [.. all];
    }

    private Argument ParseArgument(bool constant)
    {
        var start = lexer.Start;
        var name = ParseName();
        Expect(TokenKind.Colon);
        return new Argument(start, name, ParseValue(constant));
    }

    private Directive[] ParseDirectives(bool constant)
    {
        if (lexer.Kind != TokenKind.At)
            return [];
        var all = new List<Directive>(2);
        while (lexer.Kind == TokenKind.At)
        {
            var start = lexer.Start;
            lexer.Advance();
            var name = ParseName();
            all.Add(new Directive(start, name, ParseArguments(constant)));
        }

        return [.. all];
    }
}
