namespace ModelHub.GraphQL.Language;

/// <summary>Types and values.</summary>
internal ref partial struct Parser
{
    private TypeNode ParseType()
    {
        Descend();
        var start = lexer.Start;
        TypeNode type;
        if (Skip(TokenKind.BracketOpen))
        {
            type = new ListTypeNode(start, ParseType());
            Expect(TokenKind.BracketClose);
        }
        else
        {
            type = ParseNamedType();
        }

        depth--;
        return Skip(TokenKind.Bang) ? new NonNullTypeNode(start, type) : type;
    }

    private NamedType ParseNamedType()
    {
        var start = lexer.Start;
        return new NamedType(start, ParseName());
    }

    private ValueNode ParseValue(bool constant)
    {
        var start = lexer.Start;
        switch (lexer.Kind)
        {
            case TokenKind.BracketOpen:
                return ParseList(start, constant);
            case TokenKind.BraceOpen:
                return ParseObject(start, constant);
            case TokenKind.Int:
                return Take(new IntValue(start, lexer.Span.ToString()));
            case TokenKind.Float:
                return Take(new FloatValue(start, lexer.Span.ToString()));
            case TokenKind.String:
                return Take(new StringValue(start, lexer.StringValue));
            case TokenKind.Name:
                return Take<ValueNode>(lexer.Span switch
                {
                    "true" => new BooleanValue(start, true),
                    "false" => new BooleanValue(start, false),
                    "null" => new NullValue(start),
                    _ => new EnumValue(start, lexer.Span.ToString()),
                });
            case TokenKind.Dollar when !constant:
                lexer.Advance();
                return new VariableValue(start, ParseName());
            default:
                throw Unexpected(constant ? "a constant value" : "a value");
        }
    }

    private ListValue ParseList(int start, bool constant)
    {
        Descend();
        lexer.Advance();
        var items = new List<ValueNode>();
        while (!Skip(TokenKind.BracketClose))
            items.Add(ParseValue(constant));
        depth--;
        return new ListValue(start, [.. items]);
    }

    private ObjectValue ParseObject(int start, bool constant)
    {
        Descend();
        lexer.Advance();
        var fields = new List<Argument>();
        while (!Skip(TokenKind.BraceClose))
            fields.Add(ParseArgument(constant));
        depth--;
        return new ObjectValue(start, [.. fields]);
    }

    private T Take<T>(T node)
        where T : ValueNode
    {
        lexer.Advance();
        return node;
    }
}
