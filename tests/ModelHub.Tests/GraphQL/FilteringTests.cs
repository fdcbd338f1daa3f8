using Xunit;

namespace ModelHub.Tests.GraphQL;

public sealed class FilteringTests(Library library) : IClassFixture<Library>
{
    public static TheoryData<string, Func<Book, bool>> Filters => new()
    {
        { "{title: {eq: \"t1\"}}", b => b.Title == "t1" },
        { "{title: {neq: \"t1\", startsWith: \"t\"}}", b => b.Title != "t1" },
        { "{title: {in: [\"t1\", \"t2\"]}}", b => b.Title is "t1" or "t2" },
        { "{title: {nin: [\"t1\", \"t2\"]}}", b => b.Title is not ("t1" or "t2") },
        { "{title: {contains: \"'; drop table library.books; --\"}}", _ => false },
        { "{title: {contains: \"%\"}}", _ => false },
        { "{title: {endsWith: \"3\"}}", b => b.Title == "t3" },
        { "{year: {eq: null}}", b => b.Year is null },
        { "{year: {neq: null, lt: 1992}}", b => b.Year < 1992 },
        { "{year: {in: [1991, null]}}", b => b.Year is 1991 or null },
        { "{year: {gte: 1991, lte: 1993}}", b => b.Year is >= 1991 and <= 1993 },
        { "{at: {gt: \"2026-01-01T01:00:00.010+01:00\"}}", b => b.At > new DateTimeOffset(2026, 1, 1, 0, 0, 0, 10, TimeSpan.Zero) },
        { "{tags: {contains: \"even\"}}", b => b.Tags.Contains("even") },
        { "{id: {in: [\"00000005-0000-0000-0000-000000000000\"]}}", b => b.Id.Value == new Guid(5, 0, 0, new byte[8]) },
        { "{or: [{title: {eq: \"t1\"}}, {and: [{title: {eq: \"t2\"}}, {year: {eq: 1991}}]}]}", b => b.Title == "t1" || (b.Title == "t2" && b.Year == 1991) },
        { "{or: []}", _ => false },
        { "{and: [], title: {eq: \"t0\"}}", b => b.Title == "t0" },
        { "{}", _ => true },
    };

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task A_filter_finds_what_it_says(string where, Func<Book, bool> expected)
    {
        var answer = await library.Graph.Run($"{{ books(first: 100, where: {where}) {{ nodes {{ title year }} totalCount }} }}");

        Assert.Equal(Library.Books.Count(expected), answer.Data().At("books.totalCount").GetInt32());
        Assert.Equal(Library.Books.Count(expected), answer.Data().At("books.nodes").GetArrayLength());
    }

    [Fact]
    public async Task Values_are_parameters_and_never_part_of_the_command()
    {
        library.Log.Take();

        await library.Graph.Run("{ books(where: {title: {eq: \"needle\"}, year: {gt: 4711}}) { nodes { id } } }");

        var command = Assert.Single(library.Log.Take());
        Assert.DoesNotContain("needle", command, StringComparison.Ordinal);
        Assert.DoesNotContain("4711", command, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_that_is_too_deep_or_too_wide_never_reaches_the_database()
    {
        library.Log.Take();
        var deep = string.Concat(Enumerable.Repeat("{and: [", 6)) + "{}" + string.Concat(Enumerable.Repeat("]}", 6));
        var wide = "{or: [" + string.Concat(Enumerable.Repeat("{title: {eq: \"x\"}},", 60)) + "]}";

        Assert.Equal(["FILTER_TOO_LARGE"], (await library.Graph.Run($"{{ books(where: {deep}) {{ nodes {{ id }} }} }}")).Codes());
        Assert.Equal(["FILTER_TOO_LARGE"], (await library.Graph.Run($"{{ books(where: {wide}) {{ nodes {{ id }} }} }}")).Codes());

        Assert.Empty(library.Log.Take());
    }

    [Fact]
    public async Task Only_listed_properties_can_be_filtered_or_sorted_by()
    {
        var answer = await library.Graph.Run("{ books(where: {authorId: {eq: 1}}, order: [{id: ASC}]) { nodes { id } } }");

        Assert.Contains("BookFilterInput has no field \"authorId\"", answer.Message(), StringComparison.Ordinal);
    }
}
