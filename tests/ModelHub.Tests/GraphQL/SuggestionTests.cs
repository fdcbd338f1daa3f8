using ModelHub.GraphQL;
using ModelHub.GraphQL.Validation;
using Xunit;

namespace ModelHub.Tests.GraphQL;

public sealed class SuggestionTests : IAsyncDisposable
{
    private readonly Graph graph = Graph.Of([typeof(Query), typeof(ISomething)]);

    public ValueTask DisposeAsync() => graph.DisposeAsync();

    [Theory]
    [InlineData("{ thing { nmae } }", "Thing has no field \"nmae\". Did you mean \"name\"?")]
    [InlineData("{ Thing { name } }", "Query has no field \"Thing\". Did you mean \"thing\" or \"things\"?")]
    [InlineData("{ thing(colour: RED) { name } }", "Query.thing has no argument \"colour\". Did you mean \"color\"?")]
    [InlineData("{ thing(color: REED) { name } }", "Colour cannot represent this value. Did you mean \"RED\" or \"GREEN\"?")]
    [InlineData("{ things(by: {naem: 1}) { name } }", "ByInput has no field \"naem\". Did you mean \"name\"?")]
    [InlineData("{ thing { ... on Thng { name } } }", "There is no type \"Thng\". Did you mean \"Thing\"?")]
    [InlineData("query Q($by: ByInputs) { things(by: $by) { name } }", "There is no type \"ByInputs\". Did you mean \"ByInput\"?")]
    [InlineData("{ thing { name @skp(if: true) } }", "There is no directive \"@skp\". Did you mean \"@skip\"?")]
    [InlineData("{ something { weight } }", "Something has no field \"weight\". Did you mean an inline fragment on \"Stone\"?")]
    [InlineData("{ thing { zzzzzz } }", "Thing has no field \"zzzzzz\".")]
    public async Task A_wrong_name_is_answered_with_the_nearest(string query, string message)
    {
        var answer = await graph.Run(query);

        Assert.Equal(message, answer.Message());
    }

    [Theory]
    [InlineData(IntrospectionAccess.Nobody, true)]
    [InlineData(IntrospectionAccess.Authenticated, false)]
    public async Task Who_may_not_read_the_schema_gets_no_names_of_it(IntrospectionAccess access, bool isSignedIn)
    {
        await using var closed = Graph.Of([typeof(Query), typeof(ISomething)], o => o.Introspection = access);

        var answer = await closed.Run("{ thing { nmae } }", user: isSignedIn ? Graph.User() : null);

        Assert.Equal("Thing has no field \"nmae\".", answer.Message());
    }

    [Fact]
    public async Task A_long_name_is_cut_in_the_message_and_not_compared()
    {
        var answer = await graph.Run($"{{ thing {{ {new string('n', 5000)} }} }}");

        Assert.Equal($"Thing has no field \"{new string('n', 100)}…\".", answer.Message());
        Assert.Empty(Suggestions.Of(new string('n', 51), [new string('n', 50)]));
        Assert.NotEmpty(Suggestions.Of(new string('n', 50), [new string('n', 49)]));
    }

    [Fact]
    public void The_work_is_bounded_however_many_names_there_are()
    {
        var looked = 0;

        var near = Suggestions.Of(new string('9', 40), Known());

        Assert.True(near.Count <= Suggestions.Max);
        Assert.InRange(looked, 1, 2_000);

        IEnumerable<string> Known()
        {
            while (true)
                yield return $"{looked++:D40}";
        }
    }

    [UnionType]
    [GraphQLName("Something")]
    internal interface ISomething;

    internal sealed record Stone(int Weight) : ISomething;

    internal sealed record Cloud(string Name) : ISomething;

    internal sealed record Thing(string Name, int Size);

    internal enum Colour
    {
        Red,
        Green,
    }

    internal sealed record By(string? Name, int? Size);

    [QueryType]
    internal static class Query
    {
        public static Thing? GetThing(Colour? color) => new($"{color}", 1);

        public static Thing[] GetThings(By? by) => [new(by?.Name ?? "", by?.Size ?? 0)];

        public static ISomething? GetSomething() => new Stone(1);
    }
}
