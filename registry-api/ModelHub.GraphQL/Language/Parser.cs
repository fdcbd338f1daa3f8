using System.Runtime.CompilerServices;

namespace ModelHub.GraphQL.Language;

/// <summary>Executable documents by recursive descent, with bounded depth.</summary>
internal ref struct Parser
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

    private void Descend()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (++depth > maxDepth)
            throw new SyntaxException($"The document nests too deep: the limit is {maxDepth} levels.", lexer.Start, isLimit: true);
    }

    private T Take<T>(T node)
        where T : ValueNode
    {
        lexer.Advance();
        return node;
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
            throw Unexpected(kind.ToString());
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
        var found = lexer.Kind == TokenKind.EndOfFile ? "the end of the document" : Shown(lexer.Span);
        return new SyntaxException($"Syntax error: {wanted} is expected, found {found}.", lexer.Start);
    }

    private static string Shown(ReadOnlySpan<char> token) => token.Length <= 40 ? $"\"{token}\"" : $"\"{token[..40]}…\"";
}
