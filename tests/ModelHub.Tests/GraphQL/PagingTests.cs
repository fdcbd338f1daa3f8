using Xunit;

namespace ModelHub.Tests.GraphQL;

public sealed class PagingTests(Library library) : IClassFixture<Library>
{
    [Theory]
    [InlineData("[]")]
    [InlineData("[{title: ASC}]")]
    [InlineData("[{title: DESC}, {year: ASC}]")]
    [InlineData("[{year: ASC}]")]
    [InlineData("[{year: DESC}]")]
    [InlineData("[{at: DESC}, {title: ASC}]")]
    public async Task Walking_forwards_and_backwards_meets_every_row_once_in_the_same_order(string order)
    {
        var forwards = await Walk(order, "first", "after", "endCursor", "hasNextPage");
        var backwards = await Walk(order, "last", "before", "startCursor", "hasPreviousPage");
        var all = await library.Graph.Run($"{{ books(first: 100, order: {order}) {{ nodes {{ id }} }} }}");

        Assert.Equal(60, forwards.Distinct().Count());
        Assert.Equal(all.Data().At("books.nodes").EnumerateArray().Select(n => n.At("id").GetString()!), forwards);
        Assert.Equal(forwards, backwards);
    }

    private async Task<List<string>> Walk(string order, string size, string beyond, string cursor, string more)
    {
        var seen = new List<string>();
        string? at = null;
        while (true)
        {
            var page = (await library.Graph.Run(
                $"query Q($at: String) {{ books({size}: 7, {beyond}: $at, order: {order}) {{ nodes {{ id }} pageInfo {{ {cursor} {more} }} }} }}", new { at })).Data().At("books");
            var ids = page.At("nodes").EnumerateArray().Select(n => n.At("id").GetString()!).ToList();
            seen.InsertRange(size == "first" ? seen.Count : 0, ids);
            if (!page.At($"pageInfo.{more}").GetBoolean())
                return seen;
            Assert.Equal(7, ids.Count);
            at = page.At($"pageInfo.{cursor}").GetString();
        }
    }

    [Fact]
    public async Task A_page_between_two_cursors_holds_what_lies_between_them()
    {
        var edges = (await library.Graph.Run("{ books(first: 10) { edges { cursor node { id } } } }")).Data().At("books.edges");

        var between = await library.Graph.Run(
            "query Q($a: String, $b: String) { books(after: $a, before: $b) { nodes { id } } }",
            new { a = edges.At("2.cursor").GetString(), b = edges.At("5.cursor").GetString() });

        Assert.Equal([edges.At("3.node.id").GetString(), edges.At("4.node.id").GetString()], between.Data().At("books.nodes").EnumerateArray().Select(n => n.At("id").GetString()));
    }

    [Fact]
    public async Task A_page_is_one_command_and_the_total_another_only_when_asked_for()
    {
        library.Log.Take();
        await library.Graph.Run("{ books(first: 3, where: {title: {eq: \"t1\"}}) { nodes { title } } }");
        var without = library.Log.Take();

        var with = await library.Graph.Run("{ books(first: 3, where: {title: {eq: \"t1\"}}) { totalCount nodes { title } } }");

        Assert.Single(without);
        Assert.Equal(2, library.Log.Take().Count);
        Assert.Equal(Library.Books.Count(b => b.Title == "t1"), with.Data().At("books.totalCount").GetInt32());
    }

    [Fact]
    public async Task Behind_a_cursor_the_first_key_is_bounded_by_itself_so_that_an_index_can_begin_there()
    {
        var cursor = (await library.Graph.Run("{ books(first: 1, order: [{title: ASC}]) { pageInfo { endCursor } } }")).Data().At("books.pageInfo.endCursor").GetString();
        library.Log.Take();

        await library.Graph.Run("query Q($a: String) { books(after: $a, order: [{title: ASC}]) { nodes { id } } }", new { a = cursor });

        Assert.Contains("\"Title\" >= @", Assert.Single(library.Log.Take()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("first: 100", 1)]
    [InlineData("first: 60", 1)]
    [InlineData("last: 60", 1)]
    [InlineData("first: 59", 2)]
    [InlineData("first: 0", 2)]
    public async Task What_fits_on_one_page_is_not_counted_by_a_command_of_its_own(string arguments, int commands)
    {
        library.Log.Take();

        var answer = await library.Graph.Run($"{{ books({arguments}) {{ totalCount nodes {{ id }} }} }}");

        Assert.Equal(60, answer.Data().At("books.totalCount").GetInt32());
        Assert.Equal(commands, library.Log.Take().Count);
    }

    [Theory]
    [InlineData("after: \"nonsense\"", "INVALID_CURSOR")]
    [InlineData("after: \"WyJhIl0\"", "INVALID_CURSOR")]
    [InlineData("first: -1", "INVALID_PAGING")]
    [InlineData("first: 101", "INVALID_PAGING")]
    [InlineData("first: 1, last: 1", "INVALID_PAGING")]
    public async Task What_cannot_be_a_page_is_refused_without_a_command(string arguments, string code)
    {
        library.Log.Take();

        var answer = await library.Graph.Run($"{{ books({arguments}) {{ nodes {{ id }} }} }}");

        Assert.Equal([code], answer.Codes());
        Assert.Empty(library.Log.Take());
    }

    [Fact]
    public async Task The_cursor_of_one_order_is_refused_in_another()
    {
        var cursor = (await library.Graph.Run("{ books(first: 1, order: [{title: ASC}]) { pageInfo { endCursor } } }")).Data().At("books.pageInfo.endCursor").GetString();

        var answer = await library.Graph.Run("query Q($a: String) { books(after: $a, order: [{year: ASC}]) { nodes { id } } }", new { a = cursor });

        Assert.Equal("The cursor belongs to another order.", answer.Message());
    }

    [Fact]
    public async Task A_resolver_may_shape_filter_and_project_its_page_itself()
    {
        var answer = await library.Graph.Run("{ titles(first: 2, where: {year: {gte: 1994}}, order: [{year: DESC}]) { totalCount nodes pageInfo { hasNextPage } } }");

        var expected = Library.Books.Where(b => b.Year >= 1994).ToList();
        Assert.Equal(expected.Count, answer.Data().At("titles.totalCount").GetInt32());
        Assert.Equal(2, answer.Data().At("titles.nodes").GetArrayLength());
        Assert.True(answer.Data().At("titles.pageInfo.hasNextPage").GetBoolean());
    }
}
