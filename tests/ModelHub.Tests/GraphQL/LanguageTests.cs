using ModelHub.GraphQL;
using ModelHub.GraphQL.Language;
using Xunit;

namespace ModelHub.Tests.GraphQL;

public sealed class LanguageTests
{
    private static readonly GraphQLLimits Limits = new();

    [Theory]
    [InlineData("""{ f(a: "\u0041\u{1F680}\uD83D\uDE80\n") }""", "A🚀🚀\n")]
    [InlineData("{ f(a: \"\"\"\n    one\n      two\n    three\\\"\"\"\n    \"\"\") }", "one\n  two\nthree\"\"\"")]
    [InlineData("{ f(a: \"\"\"  first\n    second\"\"\") }", "  first\nsecond")]
    [InlineData("{ f(a: \"\"\"\"\"\") }", "")]
    [InlineData("{ f(a: \"\") }", "")]
    public void Strings_mean_what_the_specification_says(string source, string expected)
    {
        var document = Parser.Parse(source, Limits);

        var field = (Field)document.Operations[0].Selections.Items[0];
        Assert.Equal(expected, ((StringValue)field.Arguments[0].Value).Value);
    }

    [Theory]
    [InlineData("{ }")]
    [InlineData("{ a(b: 01) }")]
    [InlineData("{ a(b: 1.) }")]
    [InlineData("{ a(b: 1a) }")]
    [InlineData("{ a(b: \"\\uD800\") }")]
    [InlineData("{ a(b: \"\\u{110000}\") }")]
    [InlineData("{ a(b: \"\\u{D83D}\\uDE80\") }")]
    [InlineData("{ a(b: \"\\uD83D\\u{DE80}\") }")]
    [InlineData("{ a(b: \"\\uDE80\\uD83D\") }")]
    [InlineData("{ a(b: \"\\u{}\") }")]
    [InlineData("{ a(b: \"\\u12\") }")]
    [InlineData("{ a(b: 0x1) }")]
    [InlineData("{ a(b: 1.5.2) }")]
    [InlineData("{ a(b: 1e) }")]
    [InlineData("{ a(b: -) }")]
    [InlineData("{ a(b: .5) }")]
    [InlineData("{ a(b: \"\\x\") }")]
    [InlineData("{ a(b: \"one\nline\") }")]
    [InlineData("query Q() { a }")]
    [InlineData("fragment on on T { a }")]
    [InlineData("query Q($a: Int = $b) { a }")]
    [InlineData("\"description\" { a }")]
    [InlineData("{ a ..b }")]
    [InlineData("")]
    public void What_is_no_document_is_refused(string source) => Assert.Throws<SyntaxException>(() => Parser.Parse(source, Limits));

    [Theory]
    [InlineData("{ a ", "}")]
    [InlineData("{ ... ", "}")]
    [InlineData("{ a(b: [", "])}")]
    public void Nesting_is_bounded_whatever_nests(string open, string close)
    {
        var source = string.Concat(Enumerable.Repeat(open, 100_000)) + string.Concat(Enumerable.Repeat(close, 100_000));

        var refused = Assert.Throws<SyntaxException>(() => Parser.Parse(source[..200_000], Limits));

        Assert.True(refused.IsLimit || open.Contains('[', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{ a(b: 1", "a name is expected, found the end of the document")]
    [InlineData("query Q($a Int) { a }", "\":\" is expected, found \"Int\"")]
    [InlineData("{ a(b: }", "a value is expected, found \"}\"")]
    [InlineData("query Q", "\"{\" is expected, found the end of the document")]
    public void An_error_names_what_was_expected_as_people_write_it(string source, string expected)
    {
        var refused = Assert.Throws<SyntaxException>(() => Parser.Parse(source, Limits));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_says_where_it_is()
    {
        var refused = Assert.Throws<SyntaxException>(() => Parser.Parse("{\r\n  a\r  b(\n}", Limits));

        Assert.Equal(new SourceLocation(4, 1), Locations.Of("{\r\n  a\r  b(\n}", refused.Position));
    }

    [Fact]
    public void Descriptions_may_stand_before_operations_fragments_and_variables()
    {
        var document = Parser.Parse("\"o\" query Q(\"v\" $a: Int) { a(b: $a) } \"\"\"f\"\"\" fragment F on T { a }", Limits);

        Assert.Equal("Q", document.Operations[0].Name);
        Assert.Equal("F", document.Fragments[0].Name);
    }
}
