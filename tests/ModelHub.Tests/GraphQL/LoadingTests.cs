using Xunit;

namespace ModelHub.Tests.GraphQL;

public sealed class LoadingTests(Library library) : IClassFixture<Library>
{
    [Fact]
    public async Task Nested_relations_cost_one_command_per_level()
    {
        library.Log.Take();

        var answer = await library.Graph.Run("{ books(first: 20) { nodes { title author { name books { title author { name } } } } } }");

        Assert.Equal(20, answer.Data().At("books.nodes").GetArrayLength());
        Assert.Equal(3, library.Log.Take().Count);
    }

    [Fact]
    public async Task A_slow_neighbour_does_not_hold_up_a_loader_nor_block_for_ever()
    {
        library.Log.Take();
        var id = Library.Books[3].Id.Value;

        var answer = await library.Graph.Run("query Q($id: ID!) { slowThenBook book(id: $id) { author { name } } }", new { id });

        Assert.Equal(Library.Books[3].Title, answer.Data().At("slowThenBook").GetString());
        Assert.Equal("a4", answer.Data().At("book.author.name").GetString());
        Assert.Equal(2, library.Log.Take().Count);
    }

    [Fact]
    public async Task One_request_holds_at_most_four_contexts_at_once()
    {
        library.Log.Take();

        var answer = await library.Graph.Run($"{{ {string.Join(' ', Enumerable.Range(0, 40).Select(i => $"c{i}: count"))} }}");

        Assert.Equal(60, answer.Data().At("c39").GetInt32());
        Assert.InRange(library.Log.MostAtOnce, 1, 4);
    }

    [Fact]
    public async Task Nodes_are_found_by_global_ids_in_one_batch()
    {
        var ids = (await library.Graph.Run("{ books(first: 3) { nodes { id } } }")).Data().At("books.nodes").EnumerateArray().Select(n => n.At("id").GetString()).ToArray();
        library.Log.Take();

        var answer = await library.Graph.Run("query Q($ids: [ID!]!) { nodes(ids: $ids) { id ... on Book { title } } }", new { ids }, Graph.User());

        Assert.Equal(ids, answer.Data().At("nodes").EnumerateArray().Select(n => n.At("id").GetString()));
        Assert.Single(library.Log.Take());
    }

    [Theory]
    [InlineData("{ book(id: \"nonsense\") { id } }", "\"id\" is not valid: The id is no UUID.")]
    [InlineData("{ books(where: {id: {eq: \"nonsense\"}}) { nodes { id } } }", "\"id\" is not valid: The id is no UUID.")]
    public async Task A_value_that_its_converter_refuses_is_the_clients_error_with_the_reason(string query, string message)
    {
        var answer = await library.Graph.Run(query);

        Assert.Equal(["INVALID_ARGUMENT"], answer.Codes());
        Assert.Equal(message, answer.Message());
    }

    [Theory]
    [InlineData("not base64 at all!")]
    [InlineData("QXV0aG9yOjE")] // Author:1, which is no node
    [InlineData("Qm9vazpub3QtYS1ndWlk")] // Book:not-a-guid
    public async Task A_tampered_id_is_an_error_of_its_field_without_a_command(string id)
    {
        library.Log.Take();

        var answer = await library.Graph.Run("query Q($id: ID!) { node(id: $id) { id } count }", new { id }, Graph.User());

        Assert.Equal(["INVALID_ID"], answer.Codes());
        Assert.Equal(60, answer.GetProperty("data").At("count").GetInt32());
        Assert.Single(library.Log.Take());
    }
}
