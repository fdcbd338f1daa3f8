using System.Runtime;
using ModelHub.GraphQL;
using Xunit;

namespace ModelHub.Tests.GraphQL;

/// <summary>What is made of reflection is made once: a call that was seen before compiles nothing.</summary>
public sealed class NothingCompiledTests : IAsyncDisposable
{
    private const int Runs = 300;

    private readonly Graph graph = Graph.Of([typeof(Query), typeof(Things)], more: b => b.AddResultType(typeof(Outcome<>), "Value", "Refused"));

    public ValueTask DisposeAsync() => graph.DisposeAsync();

    [Theory]
    [InlineData("query($n: [Int!]!) { sum(numbers: $n) }")]
    [InlineData("mutation($n: [Int!]!) { add(input: { numbers: $n, words: [\"a\"] }) { thing { total } errors { ... on Error { message code } } } }")]
    [InlineData("mutation($n: [Int!]!) { drop(input: { numbers: $n }) { thing { total } errors { ... on Error { message code } } } }")]
    public async Task A_call_seen_before_compiles_nothing(string document)
    {
        for (var i = 0; i < 10; i++)
            (await graph.Run(document, new { n = new[] { 1, 2, 3 } })).Data();
        var thread = Environment.CurrentManagedThreadId;
        var before = JitInfo.GetCompiledMethodCount(currentThread: true);

        for (var i = 0; i < Runs; i++)
            (await graph.Run(document, new { n = new[] { 1, 2, i } })).Data();

        Assert.Equal(thread, Environment.CurrentManagedThreadId);
        Assert.InRange(JitInfo.GetCompiledMethodCount(currentThread: true) - before, 0, Runs / 10);
    }

    internal abstract record Refusal(string Message);

    internal sealed record TooMany(int Limit) : Refusal($"At most {Limit}.");

    internal sealed record Thing(int Total);

    internal sealed record Outcome<T>(T? Value, Refusal? Refused);

    internal sealed record AddInput(IReadOnlyList<int> Numbers, IReadOnlySet<string> Words);

    [QueryType]
    internal static class Query
    {
        public static int Sum(List<int> numbers) => numbers.Sum();
    }

    [MutationType]
    internal static class Things
    {
        [Error(typeof(TooMany))]
        public static Outcome<Thing> Add(AddInput input) => new(new Thing(input.Numbers.Sum() + input.Words.Count), null);

        [Error(typeof(TooMany))]
        public static MutationResult<Thing, Refusal> Drop(IReadOnlyList<int> numbers) => new TooMany(numbers.Count);
    }
}
