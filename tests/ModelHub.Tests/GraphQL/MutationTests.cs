using ModelHub.GraphQL;
using Xunit;

namespace ModelHub.Tests.GraphQL;

public sealed class MutationTests : IAsyncDisposable
{
    private readonly Graph graph = Graph.Of([typeof(Query), typeof(Accounts)], more: b => b.AddResultType(typeof(Outcome<>), "Value", "Refused"));

    public ValueTask DisposeAsync() => graph.DisposeAsync();

    [Fact]
    public void Parameters_become_an_input_and_the_result_a_payload_with_typed_errors()
    {
        var schema = graph.Executor.PrintSchema();

        Assert.Contains("deposit(input: DepositInput!): DepositPayload!", schema, StringComparison.Ordinal);
        Assert.Contains("input DepositInput {\n  amount: Int!\n  note: String\n}", schema, StringComparison.Ordinal);
        Assert.Contains("union DepositError = TooMuchError | BookClosedError", schema, StringComparison.Ordinal);
        Assert.Contains("type TooMuchError implements Error {", schema, StringComparison.Ordinal);
        Assert.Contains("  account: Account\n", schema, StringComparison.Ordinal);
        Assert.Contains("  errors: [DepositError!]\n", schema, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, """{"account":{"balance":10},"errors":null}""")]
    [InlineData(1000, """{"account":null,"errors":[{"__typename":"TooMuchError","code":"TOO_MUCH","message":"At most 100.","limit":100}]}""")]
    [InlineData(-1, """{"account":null,"errors":[{"__typename":"BookClosedError","code":"BOOK_CLOSED","message":"closed since Friday"}]}""")]
    public async Task A_declared_refusal_is_data(int amount, string expected)
    {
        var answer = await graph.Run(
            "mutation($a: Int!) { deposit(input: {amount: $a}) { account { balance } errors { __typename ... on Error { code message } ... on TooMuchError { limit } } } }",
            new { a = amount });

        Assert.Equal(expected, answer.Data().GetProperty("deposit").GetRawText());
    }

    [Fact]
    public async Task A_refusal_nobody_declared_fails_the_field_with_its_code()
    {
        var answer = await graph.Run("mutation { deposit(input: {amount: 0}) { account { balance } } }");

        Assert.Equal(["NOTHING"], answer.Codes());
        Assert.Equal("Nothing to do.", answer.Message());
    }

    [Fact]
    public async Task Foreign_result_types_and_input_records_serve_too()
    {
        var answer = await graph.Run("""
            mutation {
              ok: rename(input: {name: "x"}) { account { balance name } errors { __typename } }
              no: rename(input: {name: ""}) { account { balance } errors { ... on TooMuchError { limit } } }
            }
            """);

        Assert.Equal("""{"ok":{"account":{"balance":0,"name":"x"},"errors":null},"no":{"account":null,"errors":[{"limit":0}]}}""", answer.Data().GetRawText());
    }

    [Fact]
    public async Task Fields_of_a_mutation_run_one_after_the_other()
    {
        var answer = await graph.Run("mutation { a: count { int } b: count { int } c: count { int } }");

        Assert.Equal("""{"a":{"int":1},"b":{"int":2},"c":{"int":3}}""", answer.Data().GetRawText());
    }

    internal abstract record Refusal(string Message);

    internal sealed record TooMuch(int Limit) : Refusal($"At most {Limit}.");

    internal sealed record NothingError() : Refusal("Nothing to do.");

    internal sealed class BookClosedException(string message) : Exception(message);

    internal sealed record Account(int Balance, string? Name);

    internal sealed record Outcome<T>(T? Value, Refusal? Refused);

    internal sealed record RenameInput(string Name);

    [QueryType]
    internal static class Query
    {
        public static int GetZero() => 0;
    }

    [MutationType]
    internal static class Accounts
    {
        private static int running;
        private static int done;

        [Error(typeof(TooMuch))]
        [Error(typeof(BookClosedException))]
        public static async Task<MutationResult<Account, Refusal>> DepositAsync(int amount, string? note, CancellationToken ct)
        {
            await Task.Delay(1, ct);
            return amount switch
            {
                < 0 => throw new BookClosedException("closed since Friday"),
                0 => new NothingError(),
                > 100 => new TooMuch(100),
                _ => new Account(amount, note),
            };
        }

        [Error(typeof(TooMuch))]
        public static Outcome<Account> Rename(RenameInput input) => input.Name.Length > 0 ? new(new Account(0, input.Name), null) : new(null, new TooMuch(0));

        public static async Task<int> CountAsync()
        {
            Assert.Equal(1, Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return ++done;
        }
    }
}
