using System.Diagnostics;
using ModelHub.GraphQL;
using Xunit;

namespace ModelHub.Tests.GraphQL;

public sealed class LimitTests : IAsyncDisposable
{
    private readonly Graph graph = Graph.Of([typeof(Query), typeof(TreeFields)], o =>
    {
        o.Limits.ExecutionTimeout = TimeSpan.FromMilliseconds(200);
        o.Limits.MaxResponseBytes = 10_000;
    });

    public ValueTask DisposeAsync() => graph.DisposeAsync();

    public static TheoryData<string> Bombs => new()
    {
        "{ " + Repeat(101, i => $"a{i}: word") + " }",
        "{ " + Repeat(60, i => $"a{i}: tree {{ b: word c: word d: word e: word f: word g: word h: word i: word j: word }}") + " }",
        "{ " + string.Concat(Enumerable.Repeat("tree { ", 16)) + "word" + string.Concat(Enumerable.Repeat(" }", 17)),
        "{ trees(limit: 1000) { trees(limit: 1000) { word } } }",
        "{ word " + string.Concat(Enumerable.Repeat("@skip(if: false) ", 5)) + " }",
        "{ " + Repeat(5000, i => $"x: say(text: \"{i}\")") + " }",
        "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
        "query Q(" + Repeat(101, i => $"$v{i}: Int") + ") { word }",
        "{ ...F0 } " + Repeat(30, i => $"fragment F{i} on Query {{ a: tree {{ ...G{i} }} b: tree {{ ...G{i} }} }} fragment G{i} on Tree {{ trees {{ word }} }}") + " fragment F30 on Query { word }",
        "{ tree { ...T0 } } " + Repeat(14, i => $"fragment T{i} on Tree {{ a: tree {{ ...T{i + 1} }} b: tree {{ ...T{i + 1} }} }}") + " fragment T14 on Tree { word }",
        "{ ...F } fragment F on Query { ...F }",
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public async Task A_request_that_asks_too_much_is_refused_at_once(string bomb)
    {
        var clock = Stopwatch.StartNew();

        var answer = await graph.Run(bomb);

        Assert.False(answer.TryGetProperty("data", out _));
        Assert.InRange(answer.GetProperty("errors").GetArrayLength(), 1, 5);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(1), $"took {clock.Elapsed}");
    }

    [Fact]
    public async Task A_resolver_that_never_ends_is_answered_as_timed_out_beside_what_did_end()
    {
        var answer = await graph.Run("{ word never stubborn }");

        Assert.Equal("""{"word":"w","never":null,"stubborn":null}""", answer.GetProperty("data").GetRawText());
        Assert.Equal(["TIMEOUT", "TIMEOUT"], answer.Codes());
    }

    [Fact]
    public async Task An_answer_that_grows_too_large_is_cut_off_whole()
    {
        var answer = await graph.Run("{ " + Repeat(20, i => $"a{i}: long") + " }");

        Assert.Equal("""{"data":null,"errors":[{"message":"The response is too large: the limit is 10000 bytes.","extensions":{"code":"RESPONSE_TOO_LARGE"}}]}""", answer.GetRawText());
    }

    [Fact]
    public async Task Errors_are_counted_and_cut()
    {
        var answer = await graph.Run("{ " + Repeat(50, i => $"a{i}: failing") + " }");

        Assert.Equal(20, answer.GetProperty("errors").GetArrayLength());
    }

    [Fact]
    public async Task The_standard_introspection_query_is_within_all_limits()
    {
        const string TypeRef = "kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } }";

        await using var open = Graph.Of([typeof(Query), typeof(TreeFields)]);

        var answer = await open.Run($$"""
            query IntrospectionQuery { __schema { description queryType { name kind } mutationType { name kind } subscriptionType { name kind }
              types { ...FullType } directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } } } }
            fragment FullType on __Type { kind name description specifiedByURL isOneOf fields(includeDeprecated: true) { name description args(includeDeprecated: true) { ...InputValue }
              type { ...TypeRef } isDeprecated deprecationReason } inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef }
              enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
            fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
            fragment TypeRef on __Type { {{TypeRef}} }
            """);

        Assert.Equal("Query", answer.Data().At("__schema.queryType.name").GetString());
    }

    private static string Repeat(int count, Func<int, string> part) => string.Join(' ', Enumerable.Range(0, count).Select(part));

    internal sealed record Tree
    {
        public string Word => "w";
    }

    [ObjectType<Tree>]
    internal static class TreeFields
    {
        public static Tree? GetTree() => new();

        [ListSize(SlicingArguments = ["limit"])]
        public static Tree[] GetTrees(int limit = 2) => [.. Enumerable.Repeat(new Tree(), limit)];
    }

    [QueryType]
    internal static class Query
    {
        public static string GetWord() => "w";

        public static string GetLong() => new('x', 1000);

        public static string Say(string text) => text;

        public static string? Failing() => throw new GraphQLException("no");

        public static Tree? GetTree() => new();

        [ListSize(SlicingArguments = ["limit"])]
        public static Tree[] GetTrees(int limit = 2) => [.. Enumerable.Repeat(new Tree(), limit)];

        public static async Task<string?> NeverAsync(CancellationToken ct)
        {
            await Task.Delay(Timeout.Infinite, ct);
            return "never";
        }

        public static Task<string?> StubbornAsync() => new TaskCompletionSource<string?>().Task;
    }
}
