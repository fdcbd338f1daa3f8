namespace ModelHub.GraphQL.Language;

/// <summary>Executable documents by recursive descent, with bounded depth.</summary>
internal ref partial struct Parser
{
    private readonly string source;
    private readonly int maxDepth;
    private Lexer lexer;
    private int depth;

    private Parser(string source, int maxTokens, int maxDepth)
    {
        this.source = source;
        this.maxDepth = maxDepth;
        lexer = new Lexer(source, maxTokens);
        lexer.Advance();
    }

    /// <exception cref="SyntaxException">The source is no executable document.</exception>
    public static Document Parse(string source, GraphQLLimits limits)
    {
        if (source.Length > limits.MaxDocumentLength)
            throw new SyntaxException($"The document is too long: the limit is {limits.MaxDocumentLength} characters.", 0, isLimit: true);
        return new Parser(source, limits.MaxTokens, limits.MaxParserDepth).ParseDocument();
    }

    /// <summary>A constant value, for defaults declared in code.</summary>
    public static ValueNode ParseValue(string source)
    {
        var parser = new Parser(source, 10_000, 200);
        var value = parser.ParseValue(constant: true);
        parser.Expect(TokenKind.EndOfFile);
        return value;
    }

    private Document ParseDocument()
    {
        var operations = new List<OperationDefinition>(1);
        var fragments = new List<FragmentDefinition>();
        do
        {
            if (lexer.Kind == TokenKind.BraceOpen)
            {
                var start = lexer.Start;
                operations.Add(new OperationDefinition(start, OperationKind.Query, null, [], [], ParseSelectionSet()));
                continue;
            }

            SkipDescription();
            if (lexer.Kind == TokenKind.Name && lexer.Span is "fragment")
                fragments.Add(ParseFragment());
            else
                operations.Add(ParseOperation());
        }
        while (lexer.Kind != TokenKind.EndOfFile);
        return new Document(source, [.. operations], [.. fragments]);
    }

    private void SkipDescription()
    {
        if (lexer.Kind == TokenKind.String)
            lexer.Advance();
    }

    private OperationDefinition ParseOperation()
    {
        var start = lexer.Start;
        if (lexer.Kind != TokenKind.Name)
            throw Unexpected("an operation or a fragment");
        OperationKind kind;
        switch (lexer.Span)
        {
            case "query": kind = OperationKind.Query; break;
            case "mutation": kind = OperationKind.Mutation; break;
            case "subscription": kind = OperationKind.Subscription; break;
            default: throw Unexpected("an operation or a fragment");
        }

        lexer.Advance();
        var name = lexer.Kind == TokenKind.Name ? ParseName() : null;
        var variables = lexer.Kind == TokenKind.ParenOpen ? ParseVariableDefinitions() : [];
        var directives = ParseDirectives(constant: false);
        return new OperationDefinition(start, kind, name, variables, directives, ParseSelectionSet());
    }

    private FragmentDefinition ParseFragment()
    {
        var start = lexer.Start;
        lexer.Advance();
        if (lexer.Kind == TokenKind.Name && lexer.Span is "on")
            throw Unexpected("a fragment name");
        var name = ParseName();
        ExpectKeyword("on");
        var on = ParseNamedType();
        var directives = ParseDirectives(constant: false);
        return new FragmentDefinition(start, name, on, directives, ParseSelectionSet());
    }

    private VariableDefinition[] ParseVariableDefinitions()
    {
        lexer.Advance();
        var all = new List<VariableDefinition>(4);
        do
        {
            SkipDescription();
            var start = lexer.Start;
            Expect(TokenKind.Dollar);
            var name = ParseName();
            Expect(TokenKind.Colon);
            var type = ParseType();
            ValueNode? value = null;
            if (Skip(TokenKind.Equals))
                value = ParseValue(constant: true);
            all.Add(new VariableDefinition(start, name, type, value, ParseDirectives(constant: true)));
        }
        while (!Skip(TokenKind.ParenClose));
        return [.. all];
    }
}
