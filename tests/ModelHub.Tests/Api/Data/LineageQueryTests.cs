using System.Text.Json;
using ModelHub.Cli;
using ModelHub.Domain.Access;
using Xunit;

namespace ModelHub.Tests.Api.Data;

public sealed class LineageQueryTests(ApiHost host) : IClassFixture<ApiHost>, IAsyncLifetime
{
    private const string Walk =
        "query($dataset: String, $model: String, $version: Int!, $direction: LineageDirection!, $depth: Int, $first: Int, $after: String) { lineage(dataset: $dataset, model: $model, version: $version, direction: $direction, depth: $depth, first: $first, after: $after) { things { kind name depth } next truncated } }";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        using var admin = await host.AdminAsync();
        if ((await admin.QueryAsync("""{ dataset(name: "line.data") { id } }""")).GetProperty("dataset").ValueKind == JsonValueKind.Object)
            return;
        await admin.DoAsync("createDataset", new { name = "line.data" }, "dataset { id }");
        var file = await admin.UploadAsync([7, 7, 7]);
        await admin.DoAsync("registerDataVersion", new { dataset = "line.data", files = new[] { new { path = "a.csv", digest = file } } }, "dataVersion { number }");
        foreach (var (model, times) in new[] { ("line.ours", 3), ("other.theirs", 2) })
        {
            await admin.ModelAsync(model);
            for (var i = 0; i < times; i++)
                await admin.DoAsync("registerVersion", new { model, digest = file, dataVersions = new[] { new { dataset = "line.data", version = 1 } } }, "version { number }");
        }
    }

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task Pages_follow_one_another_without_gap_or_repetition_and_tell_only_what_may_be_seen()
    {
        using var admin = await host.AdminAsync();
        using var ours = await host.AsAsync(Role.Viewer, "line");

        Assert.Equal(["line.ours@1", "line.ours@2", "line.ours@3", "other.theirs@1", "other.theirs@2"], (await AllAsync(admin, 2)).Order());
        Assert.Equal(["line.ours@1", "line.ours@2", "line.ours@3"], (await AllAsync(ours, 2)).Order());
        var up = (await admin.QueryAsync(Walk, new { model = "line.ours", version = 2, direction = "UP" })).GetProperty("lineage");
        Assert.Equal("""[{"kind":"DATA_VERSION","name":"line.data@1","depth":1}]""", up.GetProperty("things").GetRawText());
        Assert.Equal(JsonValueKind.Null, (await ours.QueryAsync(Walk, new { model = "other.theirs", version = 1, direction = "UP" })).GetProperty("lineage").ValueKind);
    }

    [Fact]
    public async Task Edges_name_places_on_the_page_and_where_the_walk_began()
    {
        using var admin = await host.AdminAsync();

        var page = (await admin.QueryAsync("""{ lineage(dataset: "line.data", version: 1, direction: DOWN, first: 2) { things { depth run batch } edges { from to } next } }""")).GetProperty("lineage");

        Assert.Equal("""[{"from":-1,"to":0},{"from":-1,"to":1}]""", page.GetProperty("edges").GetRawText());
        Assert.Equal("""[{"depth":1,"run":null,"batch":null},{"depth":1,"run":null,"batch":null}]""", page.GetProperty("things").GetRawText());
    }

    [Theory]
    [InlineData("""{"version": 1, "direction": "DOWN"}""", "either a dataset or a model")]
    [InlineData("""{"dataset": "line.data", "model": "line.ours", "version": 1, "direction": "DOWN"}""", "either a dataset or a model")]
    [InlineData("""{"dataset": "line.data", "version": 1, "direction": "DOWN", "depth": 51}""", "depth: 1 to 50")]
    [InlineData("""{"dataset": "line.data", "version": 1, "direction": "DOWN", "first": 501}""", "first: 1 to 500")]
    [InlineData("""{"dataset": "line.data", "version": 1, "direction": "DOWN", "after": "x"}""", "after: what a page named as next")]
    public async Task What_is_out_of_bounds_is_refused_by_name(string variables, string reason)
    {
        using var admin = await host.AdminAsync();

        var answer = await admin.RawAsync(Walk, JsonSerializer.Deserialize<JsonElement>(variables));

        Assert.Contains(reason, answer.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_line_tells_both_ways()
    {
        using var admin = await host.AdminAsync();

        Assert.Equal(0, await RunAsync(admin, "data", "lineage", "line.data@1"));
        Assert.Equal(0, await RunAsync(admin, "version", "lineage", "line.ours@1", "--up", "--depth", "1"));
        Assert.Equal(2, await RunAsync(admin, "data", "lineage", "line.data@9"));
    }

    private static async Task<List<string>> AllAsync(ApiClient client, int first)
    {
        var names = new List<string>();
        for (string? after = null; ;)
        {
            var page = (await client.QueryAsync(Walk, new { dataset = "line.data", version = 1, direction = "DOWN", first, after })).GetProperty("lineage");
            names.AddRange(page.GetProperty("things").EnumerateArray().Select(thing => thing.GetProperty("name").GetString()!));
            if (page.GetProperty("next").GetString() is not { } next)
                return names;
            after = next;
        }
    }

    private Task<int> RunAsync(ApiClient caller, params string[] command) =>
        CommandLine.RunAsync([.. command, "--json", "--url", host.Address.ToString(), "--token", caller.Token], Ct);
}
