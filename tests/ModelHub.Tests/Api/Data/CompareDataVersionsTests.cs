using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Data;
using Xunit;

namespace ModelHub.Tests.Api.Data;

public sealed class CompareDataVersionsTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_comparison_is_one_diff_and_another_key_another()
    {
        using var admin = await host.AdminAsync();
        await DatasetAsync(admin, "diffed.rows");

        var first = await CompareAsync(admin, new { dataset = "diffed.rows", from = 1, to = 2 });
        var again = await CompareAsync(admin, new { dataset = "diffed.rows", from = 1, to = 2 });
        var keyed = await CompareAsync(admin, new { dataset = "diffed.rows", from = 1, to = 2, key = new[] { "x" } });

        Assert.Equal(first, again);
        Assert.NotEqual(first, keyed);
        using var stranger = await host.AsAsync(Role.Viewer, "elsewhere");
        const string Read = "query($id: ID!) { node(id: $id) { ... on DataDiff { key from { number } to { number } operation { state subject } result { rows { added } } } } }";
        var shown = (await admin.QueryAsync(Read, new { id = keyed })).GetProperty("node");
        Assert.Equal("""{"key":["x"],"from":{"number":1},"to":{"number":2},"operation":{"state":"QUEUED","subject":"data-version:diffed.rows@2"},"result":null}""", shown.GetRawText());
        Assert.Equal(JsonValueKind.Null, (await stranger.QueryAsync(Read, new { id = keyed })).GetProperty("node").ValueKind);
        const string Found = "query($to: Int!, $key: [String!]) { dataDiff(dataset: \"diffed.rows\", from: 1, to: $to, key: $key) { id } }";
        Assert.Equal(first, (await admin.QueryAsync(Found, new { to = 2 })).GetProperty("dataDiff").GetProperty("id").GetString());
        Assert.Equal(keyed, (await admin.QueryAsync(Found, new { to = 2, key = new[] { "x" } })).GetProperty("dataDiff").GetProperty("id").GetString());
        Assert.Equal(JsonValueKind.Null, (await admin.QueryAsync(Found, new { to = 3 })).GetProperty("dataDiff").ValueKind);
        Assert.Equal(JsonValueKind.Null, (await stranger.QueryAsync(Found, new { to = 2 })).GetProperty("dataDiff").ValueKind);
    }

    [Theory]
    [InlineData("""{"dataset": "undiffed.rows", "from": 1, "to": 1}""", "INVALID_INPUT")]
    [InlineData("""{"dataset": "undiffed.rows", "from": 1, "to": 9}""", "DATA_VERSION_NOT_FOUND")]
    [InlineData("""{"dataset": "undiffed.rows", "from": 1, "to": 3}""", "DATA_VERSION_NOT_READY")]
    [InlineData("""{"dataset": "undiffed.rows", "from": 1, "to": 2, "key": ["nowhere"]}""", "INVALID_INPUT")]
    public async Task What_cannot_be_compared_is_refused(string input, string code)
    {
        using var admin = await host.AdminAsync();
        if ((await admin.QueryAsync("""{ dataset(name: "undiffed.rows") { id } }""")).GetProperty("dataset").ValueKind == JsonValueKind.Null)
            await DatasetAsync(admin, "undiffed.rows");

        var refused = await admin.RefusedAsync("compareDataVersions", JsonSerializer.Deserialize<JsonElement>(input), "dataDiff { id }");

        Assert.Equal(code, refused.GetProperty("code").GetString());
    }

    /// <summary>Two versions as a worker would leave them, and one that is not ready.</summary>
    private async Task DatasetAsync(ApiClient client, string name)
    {
        await client.DoAsync("createDataset", new { name }, "dataset { id }");
        for (var number = 1; number <= 3; number++)
        {
            var digest = await client.UploadAsync(Encoding.UTF8.GetBytes($"x\n{number}\n"));
            await client.DoAsync("registerDataVersion", new { dataset = name, files = new[] { new { path = "a.csv", digest } } }, "dataVersion { number }");
        }
        await using var db = host.Open();
        foreach (var version in await db.DataVersions.Where(v => v.Dataset.Name == name && v.Number < 3).ToListAsync(Ct))
            Assert.Null(version.Accept([new Column("x", "integer", false)], new Profile(1, []), DateTimeOffset.UtcNow));
        await db.SaveChangesAsync(Ct);
    }

    private static async Task<string> CompareAsync(ApiClient client, object input) =>
        (await client.DoAsync("compareDataVersions", input, "dataDiff { id }")).GetProperty("dataDiff").GetProperty("id").GetString()!;
}
