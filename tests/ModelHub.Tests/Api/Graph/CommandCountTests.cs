using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace ModelHub.Tests.Api.Graph;

/// <summary>Nested fields cost one command per relation, however many rows lie above them.</summary>
public sealed class CommandCountTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const int Models = 50;
    private const int VersionsEach = 12;

    [Fact]
    public async Task A_page_of_fifty_models_costs_one_command_and_one_more_per_relation()
    {
        using var client = await host.AdminAsync();
        await FillAsync(client, "page");
        JsonElement answer = default;

        var commands = await Commands.OfAsync(async () => answer = await client.QueryAsync(
            """
            { models(first: 50, where: { name: { startsWith: "page.copy" } }) {
                nodes { name versions(first: 3) { nodes { number dataVersions { number } } } aliases { name } endpoints { url } } } }
            """));

        Assert.Equal(5, commands.Count);
        Assert.DoesNotContain(commands, text => text.Contains("ROW_NUMBER", StringComparison.Ordinal));
        var nodes = answer.GetProperty("models").GetProperty("nodes").EnumerateArray().ToList();
        Assert.Equal(Models, nodes.Count);
        Assert.All(nodes, node => Assert.Equal([12, 11, 10], node.GetProperty("versions").GetProperty("nodes").EnumerateArray().Select(v => v.GetProperty("number").GetInt32())));
    }

    [Fact]
    public async Task Every_models_page_of_versions_follows_filter_order_cursor_and_count()
    {
        using var client = await host.AdminAsync();
        await FillAsync(client, "pages");

        var answer = await client.QueryAsync(
            """
            { models(first: 3, where: { name: { startsWith: "pages.copy" } }) { nodes {
                up: versions(first: 2, order: [{ number: ASC }], where: { number: { gt: 4 } }) { totalCount nodes { number } pageInfo { hasNextPage endCursor } }
                last: versions(last: 2) { nodes { number } pageInfo { hasPreviousPage } }
                none: versions(where: { tags: { some: { key: { eq: "no" } } } }) { totalCount nodes { number } } } } }
            """);

        foreach (var node in answer.GetProperty("models").GetProperty("nodes").EnumerateArray())
        {
            Assert.Equal([5, 6], Numbers(node.GetProperty("up")));
            Assert.Equal(8, node.GetProperty("up").GetProperty("totalCount").GetInt32());
            Assert.True(node.GetProperty("up").GetProperty("pageInfo").GetProperty("hasNextPage").GetBoolean());
            Assert.Equal([2, 1], Numbers(node.GetProperty("last")));
            Assert.True(node.GetProperty("last").GetProperty("pageInfo").GetProperty("hasPreviousPage").GetBoolean());
            Assert.Empty(Numbers(node.GetProperty("none")));
            Assert.Equal(0, node.GetProperty("none").GetProperty("totalCount").GetInt32());
        }

        var numbers = new List<int>();
        string? after = null;
        do
        {
            var page = (await client.QueryAsync(
                "query($after: String) { model(name: \"pages.copy-1\") { versions(first: 5, after: $after) { nodes { number } pageInfo { hasNextPage endCursor } } } }", new { after }))
                .GetProperty("model").GetProperty("versions");
            numbers.AddRange(Numbers(page));
            after = page.GetProperty("pageInfo").GetProperty("hasNextPage").GetBoolean() ? page.GetProperty("pageInfo").GetProperty("endCursor").GetString() : null;
        }
        while (after is not null);
        Assert.Equal(Enumerable.Range(1, VersionsEach).Reverse(), numbers);
    }

    private static IEnumerable<int> Numbers(JsonElement page) => page.GetProperty("nodes").EnumerateArray().Select(v => v.GetProperty("number").GetInt32());

    /// <summary>Copies of a model and version that the API made.</summary>
    private async Task FillAsync(ApiClient client, string space)
    {
        var seed = await client.ModelAsync($"{space}.seed");
        await client.VersionAsync(seed);
        await using var db = host.Open();
        await db.Database.ExecuteSqlAsync(
            $"""
            WITH seed AS (SELECT m.id AS model, v.id AS version FROM models m JOIN versions v ON v.model_id = m.id WHERE m.name = {seed}),
            copied AS (
                INSERT INTO models SELECT (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(), 'name', {space} || '.copy-' || n, 'last_version_number', {VersionsEach}))).*
                FROM seed JOIN models m ON m.id = seed.model CROSS JOIN generate_series(1, {Models}) n RETURNING id)
            INSERT INTO versions SELECT (jsonb_populate_record(v, jsonb_build_object('id', gen_random_uuid(), 'model_id', c.id, 'number', n))).*
            FROM copied c CROSS JOIN generate_series(1, {VersionsEach}) n CROSS JOIN seed JOIN versions v ON v.id = seed.version
            """, TestContext.Current.CancellationToken);
    }
}
