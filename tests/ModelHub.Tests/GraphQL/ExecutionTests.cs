using ModelHub.GraphQL;
using Xunit;

namespace ModelHub.Tests.GraphQL;

public sealed class ExecutionTests : IAsyncDisposable
{
    private readonly Graph graph = Graph.Of([typeof(Resolvers), typeof(BoxFields)]);

    public ValueTask DisposeAsync() => graph.DisposeAsync();

    [Fact]
    public async Task A_null_where_none_may_be_takes_the_nearest_nullable_place_with_one_error()
    {
        var answer = await graph.Run("{ shelf { name boxes { label content { weight } } } after }");

        Assert.Equal("""{"shelf":{"name":"top","boxes":[{"label":"a","content":{"weight":1}},null,{"label":"c","content":{"weight":3}}]},"after":"yes"}""", answer.GetProperty("data").GetRawText());
        Assert.Equal("""["shelf","boxes",1,"content","weight"]""", answer.At("errors.0.path").GetRawText());
        Assert.Equal(1, answer.GetProperty("errors").GetArrayLength());
    }

    [Fact]
    public async Task An_unknown_exception_tells_clients_nothing_but_a_trace()
    {
        var answer = await graph.Run("{ broken after }");

        Assert.Equal("""{"broken":null,"after":"yes"}""", answer.GetProperty("data").GetRawText());
        Assert.Equal(["INTERNAL_ERROR"], answer.Codes());
        Assert.DoesNotContain("secret", answer.GetRawText(), StringComparison.Ordinal);
        Assert.NotEmpty(answer.At("errors.0.extensions.traceId").GetString()!);
    }

    [Theory]
    [InlineData(true, """{"a":"yes","b":"yes"}""")]
    [InlineData(false, """{"b":"yes","a":"yes"}""")]
    public async Task Fields_come_in_the_order_in_which_they_were_included(bool first, string expected)
    {
        var answer = await graph.Run("query Q($x: Boolean!) { a: after @include(if: $x) b: after a: after }", new { x = first });

        Assert.Equal(expected, answer.Data().GetRawText());
    }

    [Fact]
    public async Task Asynchronous_fields_below_lists_are_merged_from_fragments()
    {
        var answer = await graph.Run("""
            { shelf { ...A boxes { later } } }
            fragment A on Shelf { boxes { label ... on Box { later } } }
            """);

        Assert.Equal("""[{"label":"a","later":"a!"},{"label":"b","later":"b!"},{"label":"c","later":"c!"}]""", answer.Data().At("shelf.boxes").GetRawText());
    }

    [Theory]
    [InlineData("{ add(a: 1) }", """{"add":6}""")]
    [InlineData("{ add(a: 1, b: 2) }", """{"add":3}""")]
    [InlineData("query Q($b: Int = 9) { add(a: 1, b: $b) }", """{"add":10}""")]
    [InlineData("{ sum(all: 4) }", """{"sum":4}""")]
    [InlineData("{ sum(all: [1, 2, 3]) }", """{"sum":6}""")]
    [InlineData("""{ describe(thing: {size: LARGE_ONE, tags: ["x", null]}) }""", """{"describe":"LargeOne x,? 1"}""")]
    [InlineData("""{ describe(thing: {size: SMALL, count: null, tags: []}) }""", """{"describe":"Small  -"}""")]
    [InlineData("{ presence(change: {}) }", """{"presence":"absent"}""")]
    [InlineData("{ presence(change: {name: null}) }", """{"presence":"null"}""")]
    [InlineData("""{ presence(change: {name: "x"}) }""", """{"presence":"x"}""")]
    public async Task Arguments_reach_the_resolver_as_its_signature_says(string query, string expected)
    {
        var answer = await graph.Run(query);

        Assert.Equal(expected, answer.Data().GetRawText());
    }

    [Theory]
    [InlineData("1e400", "Float")]
    [InlineData("\"1\"", "Float")]
    public async Task A_variable_out_of_range_is_refused_by_name(string json, string type)
    {
        var variables = System.Text.Json.JsonDocument.Parse($$"""{"x": {{json}}}""").RootElement;

        var answer = await graph.Run("query Q($x: Float!) { half(of: $x) }", variables);

        Assert.Equal(["INVALID_VARIABLE"], answer.Codes());
        Assert.Contains($"\"$x\" has an invalid value at \"x\": {type} cannot represent", answer.Message(), StringComparison.Ordinal);
        Assert.False(answer.TryGetProperty("data", out _));
    }

    [Fact]
    public async Task Values_without_representation_fail_their_field_only()
    {
        var answer = await graph.Run("{ nan: half(of: 0) after }");

        Assert.Equal("""{"nan":null,"after":"yes"}""", answer.GetProperty("data").GetRawText());
        Assert.Equal(["INVALID_VALUE"], answer.Codes());
    }

    internal enum Size
    {
        Small,
        LargeOne,
    }

    internal sealed record Thing(Size Size, string?[] Tags, int? Count = 1);

    internal sealed record Change(Optional<string> Name);

    internal sealed record Shelf(string Name, IReadOnlyList<Box?> Boxes);

    internal sealed record Box(string Label)
    {
        public Content Content => new(Label);
    }

    internal sealed record Content(string Label)
    {
        public int Weight => Label == "b" ? throw new GraphQLException("too heavy", "HEAVY") : Label[0] - 'a' + 1;
    }

    [ObjectType<Box>]
    internal static class BoxFields
    {
        public static async Task<string> GetLaterAsync([Parent] Box box)
        {
            await Task.Yield();
            return box.Label + "!";
        }
    }

    [QueryType]
    internal static class Resolvers
    {
        public static Shelf? GetShelf() => new("top", [new Box("a"), new Box("b"), new Box("c")]);

        public static string? GetAfter() => "yes";

        public static async Task<string?> GetBrokenAsync()
        {
            await Task.Yield();
            throw new InvalidOperationException("secret");
        }

        public static int Add(int a, int b = 5) => a + b;

        public static int Sum(int[] all) => all.Sum();

        public static double? Half(double of) => of == 0 ? double.NaN : of / 2;

        public static string Describe(Thing thing) => $"{thing.Size} {string.Join(',', thing.Tags.Select(t => t ?? "?"))} {thing.Count?.ToString() ?? "-"}";

        public static string Presence(Change change) => change.Name.HasValue ? change.Name.Value ?? "null" : "absent";
    }
}
