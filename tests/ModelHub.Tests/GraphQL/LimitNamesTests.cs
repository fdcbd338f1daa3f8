using System.Reflection;
using ModelHub.GraphQL;
using Xunit;

namespace ModelHub.Tests.GraphQL;

/// <summary>Every limit is an option, refuses what is beyond it, and says so with its number.</summary>
public sealed class LimitNamesTests
{
    // Not in the table below: they bound what the engine keeps or how it waits, and refuse nobody; or they are tested with the
    // transport (Transport/TransportLimitTests), where they bite.
    private static readonly string[] Elsewhere =
    [
        nameof(GraphQLLimits.MaxCachedPlans), nameof(GraphQLLimits.MaxCachedPlanBytes), nameof(GraphQLLimits.MaxDatabaseResolvers), nameof(GraphQLLimits.KeepAlive),
        nameof(GraphQLLimits.MaxErrors), nameof(GraphQLLimits.MaxValidationErrors),
        nameof(GraphQLLimits.MaxBodyBytes), nameof(GraphQLLimits.MaxConcurrentExecutions), nameof(GraphQLLimits.MaxOperationsPerSocket),
        nameof(GraphQLLimits.MaxConnectionsPerPrincipal), nameof(GraphQLLimits.ConnectionInitTimeout), nameof(GraphQLLimits.MaxSocketMessageBytes),
        nameof(GraphQLLimits.BodyTimeout), nameof(GraphQLLimits.QueueTimeout), nameof(GraphQLLimits.MaxQueuedExecutions),
    ];

    public static TheoryData<string, Action<GraphQLLimits>, string, object?, string> Beyond => new()
    {
        { nameof(GraphQLLimits.MaxDocumentLength), l => l.MaxDocumentLength = 20, "{ word word word word }", null, "The document is too long: the limit is 20 characters." },
        { nameof(GraphQLLimits.MaxTokens), l => l.MaxTokens = 7, "{ a b c d e f }", null, "The document has too many tokens: the limit is 7." },
        { nameof(GraphQLLimits.MaxParserDepth), l => l.MaxParserDepth = 3, "{ tree { tree { tree { word } } } }", null, "The document nests too deep: the limit is 3 levels." },
        { nameof(GraphQLLimits.MaxDepth), l => l.MaxDepth = 2, "{ tree { tree { word } } }", null, "The operation is too deep: 3 levels, the limit is 2." },
        { nameof(GraphQLLimits.MaxIntrospectionDepth), l => l.MaxIntrospectionDepth = 3, "{ __schema { types { ofType { name } } } }", null, "The introspection is too deep: the limit is 3 levels and 2 lists." },
        { nameof(GraphQLLimits.MaxIntrospectionLists), l => l.MaxIntrospectionLists = 1, "{ __schema { types { fields { type { fields { name } } } } } }", null, "The introspection is too deep: the limit is 24 levels and 1 lists." },
        { nameof(GraphQLLimits.MaxDirectivesPerLocation), l => l.MaxDirectivesPerLocation = 1, "{ word @skip(if: false) @include(if: true) }", null, "There are too many directives in one place: the limit is 1." },
        { nameof(GraphQLLimits.MaxFragmentVisits), l => l.MaxFragmentVisits = 1, "query A { ...F } query B { ...F } fragment F on Query { word }", null, "The operations visit too many fragments: the limit is 1." },
        { nameof(GraphQLLimits.MaxMergeComparisons), l => l.MaxMergeComparisons = 3, "{ word word word word }", null, "The fields are too many to compare: the limit is 3 comparisons." },
        { nameof(GraphQLLimits.MaxFields), l => l.MaxFields = 3, "{ tree { a: word b: word c: word } }", null, "The operation selects too many fields: 4, the limit is 3." },
        { nameof(GraphQLLimits.MaxRootFields), l => l.MaxRootFields = 1, "{ a: word b: word }", null, "The operation has too many root fields: 2, the limit is 1." },
        { nameof(GraphQLLimits.MaxVariables), l => l.MaxVariables = 1, "query($a: Int, $b: Int) { sum(of: [$a, $b]) }", null, "There are too many variables: the limit is 1." },
        { nameof(GraphQLLimits.MaxInputValues), l => l.MaxInputValues = 4, "query($a: [Int]!) { sum(of: $a) }", new { a = new[] { 1, 2, 3, 4 } }, "There are too many input values: the limit is 4." },
        { nameof(GraphQLLimits.MaxFilterNodes), l => l.MaxFilterNodes = 3, "{ trees(where: {or: [{word: {eq: \"a\"}}, {word: {eq: \"b\"}}]}) { nodes { word } } }", null, "The filter has too many conditions: the limit is 3." },
        { nameof(GraphQLLimits.MaxFilterDepth), l => l.MaxFilterDepth = 1, "{ trees(where: {or: [{word: {eq: \"a\"}}]}) { nodes { word } } }", null, "The filter is too deep: the limit is 1." },
        { nameof(GraphQLLimits.MaxCost), l => l.MaxCost = 5, "{ trees(first: 6) { nodes { word } } }", null, "The operation is too expensive: its cost is 11 for fields and 7 for objects, the limit is 5." },
        { nameof(GraphQLLimits.MaxPageSize), l => l.MaxPageSize = 2, "{ trees(first: 3) { nodes { word } } }", null, "first is too large: the limit is 2." },
        { nameof(GraphQLLimits.MaxNodes), l => l.MaxNodes = 1, "{ nodes(ids: [\"VHJlZTox\", \"VHJlZToy\"]) { id } }", null, "There are too many ids: the limit is 1." },
        { nameof(GraphQLLimits.MaxResponseBytes), l => l.MaxResponseBytes = 1024, "{ long }", null, "The response is too large: the limit is 1024 bytes." },
        { nameof(GraphQLLimits.ExecutionTimeout), l => l.ExecutionTimeout = TimeSpan.FromMilliseconds(50), "{ never }", null, "The operation took too long: the limit is 0.05 s." },
    };

    [Theory]
    [MemberData(nameof(Beyond))]
    public async Task What_is_beyond_a_limit_is_refused_with_its_number(string limit, Action<GraphQLLimits> set, string query, object? variables, string message)
    {
        await using var within = Graph.Of([typeof(Query), typeof(TreeFields)]);
        await using var beyond = Graph.Of([typeof(Query), typeof(TreeFields)], o => set(o.Limits));

        var allowed = limit is nameof(GraphQLLimits.MaxResponseBytes) or nameof(GraphQLLimits.ExecutionTimeout) ? default : await within.Run(query, variables, Graph.User());
        var refused = await beyond.Run(query, variables, Graph.User());

        Assert.Contains(message, refused.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("message").GetString()!), new Ending());
        Assert.False(allowed.ValueKind == System.Text.Json.JsonValueKind.Object && $"{allowed}".Contains("limit", StringComparison.Ordinal), $"{allowed}");
    }

    [Fact]
    public async Task Errors_are_kept_up_to_their_limits()
    {
        await using var graph = Graph.Of([typeof(Query), typeof(TreeFields)], o => (o.Limits.MaxErrors, o.Limits.MaxValidationErrors) = (3, 2));

        Assert.Equal(3, (await graph.Run("{ a: failing b: failing c: failing d: failing }")).GetProperty("errors").GetArrayLength());
        Assert.Equal(2, (await graph.Run("{ a b c d }")).GetProperty("errors").GetArrayLength());
    }

    [Fact]
    public async Task Data_and_errors_together_stay_within_the_size_of_a_response()
    {
        await using var graph = Graph.Of([typeof(Query), typeof(TreeFields)], o => o.Limits.MaxResponseBytes = 4096);
        var name = new string('n', 300);

        var answer = await graph.Run($"{{ long a: word {string.Join(' ', Enumerable.Range(0, 20).Select(i => $"{name}{i}: failing"))} }}");

        Assert.Equal("""{"data":null,"errors":[{"message":"The response is too large: the limit is 4096 bytes.","extensions":{"code":"RESPONSE_TOO_LARGE"}}]}""", answer.GetRawText());
    }

    [Fact]
    public void Every_limit_is_tested_here_or_named_with_the_place_where_it_is()
    {
        var all = typeof(GraphQLLimits).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => p.Name);

        Assert.Equal(all.Order(), Beyond.Select(row => row.Data.Item1).Concat(Elsewhere).Order());
    }

    [Fact]
    public void Limits_out_of_their_range_stop_the_start_all_at_once()
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => Graph.Of([typeof(Query)], o =>
        {
            o.Limits.MaxDepth = 0;
            o.Limits.MaxCost = -1;
            o.Limits.ExecutionTimeout = TimeSpan.Zero;
            o.Limits.MaxParserDepth = 100_000;
        }));

        Assert.Contains("MaxDepth: from 1 to 200, not 0", refused.Message, StringComparison.Ordinal);
        Assert.Contains("MaxCost: from 1 to", refused.Message, StringComparison.Ordinal);
        Assert.Contains("ExecutionTimeout: from 00:00:00.0010000 to 1.00:00:00, not 00:00:00", refused.Message, StringComparison.Ordinal);
        Assert.Contains("MaxParserDepth: from 1 to 500, not 100000", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_limits_as_they_come_are_within_their_ranges() => Assert.Empty(new GraphQLLimits().Faults());

    /// <summary>Coercion puts the variable's name before its message.</summary>
    private sealed class Ending : IEqualityComparer<string>
    {
        public bool Equals(string? x, string? y) => x!.EndsWith(y!, StringComparison.Ordinal) || y!.EndsWith(x, StringComparison.Ordinal);

        public int GetHashCode(string obj) => 0;
    }

    internal sealed record Tree(int Id)
    {
        public string Word => "w";
    }

    [ObjectType<Tree>]
    internal static class TreeFields
    {
        [NodeResolver]
        public static Task<Tree?> GetAsync([ID] int id) => Task.FromResult<Tree?>(new Tree(id));

        public static Tree? GetTree() => new(2);
    }

    [QueryType]
    internal static class Query
    {
        public static string GetWord() => "w";

        public static string GetLong() => new('x', 2000);

        public static int Sum(int?[] of) => of.Sum() ?? 0;

        public static string? Failing() => throw new GraphQLException("no");

        public static Tree? GetTree() => new(1);

        [UsePaging]
        [UseFiltering(nameof(Tree.Word))]
        public static IQueryable<Tree> GetTrees() => Enumerable.Range(1, 3).Select(i => new Tree(i)).AsQueryable().OrderBy(t => t.Id);

        public static async Task<string?> NeverAsync(CancellationToken ct)
        {
            await Task.Delay(Timeout.Infinite, ct);
            return "never";
        }
    }
}
