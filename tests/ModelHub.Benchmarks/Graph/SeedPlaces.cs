using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelHub.Benchmarks.Graph;

/// <summary>Cursors in the middle of orders, and ids.</summary>
internal sealed record SeedPlaces(string Model, string Changed, string Version, string Event, string Promotion, IReadOnlyList<string> Promotions)
{
    public static async Task<SeedPlaces> OfAsync(SeededApi api, SeedNames seed, CancellationToken ct)
    {
        async Task<string> CursorAsync(string query, object where, string field)
        {
            var data = await api.DataAsync(JsonSerializer.SerializeToUtf8Bytes(new { query, variables = new { first = 1, where } }), ct);
            return Connection(data, field)["pageInfo"]!["endCursor"]!.GetValue<string>();
        }

        var middle = new DateTimeOffset(2025, 11, 1, 0, 0, 0, TimeSpan.Zero);
        var newest = await api.DataAsync(JsonSerializer.SerializeToUtf8Bytes(new { query = "{ events(first: 1) { nodes { sequence } } }" }), ct);
        var last = newest["events"]!["nodes"]![0]!["sequence"]!.GetValue<long>();
        var versions = await api.DataAsync(JsonSerializer.SerializeToUtf8Bytes(new { query = "query($m: String!) { model(name: $m) { latestVersion { number } } }", variables = new { m = seed.Largest } }), ct);
        var most = versions["model"]!["latestVersion"]!["number"]!.GetValue<int>();
        var promotions = await api.DataAsync(JsonSerializer.SerializeToUtf8Bytes(new { query = "{ promotions(first: 50) { nodes { id } } }" }), ct);
        return new SeedPlaces(
            await CursorAsync(Models("name: ASC"), new { name = new { startsWith = "logistics" } }, "models"),
            await CursorAsync(Models("updatedAt: DESC"), new { updatedAt = new { lt = middle } }, "models"),
            await CursorAsync($"query($first: Int, $where: VersionFilterInput) {{ model(name: \"{seed.Largest}\") {{ versions(first: $first, where: $where, order: [{{ number: DESC }}]) {{ pageInfo {{ endCursor }} }} }} }}", new { number = new { lt = most / 2 } }, "model"),
            await CursorAsync("query($first: Int, $where: EventFilterInput) { events(first: $first, where: $where, order: [{ sequence: ASC }]) { pageInfo { endCursor } } }", new { sequence = new { gt = last / 2 } }, "events"),
            await CursorAsync("query($first: Int, $where: PromotionFilterInput) { promotions(first: $first, where: $where, order: [{ requestedAt: DESC }]) { pageInfo { endCursor } } }", new { requestedAt = new { lt = middle } }, "promotions"),
            [.. promotions["promotions"]!["nodes"]!.AsArray().Select(node => node!["id"]!.GetValue<string>())]);
    }

    public static string Models(string order) =>
        $"query($first: Int, $after: String, $last: Int, $where: ModelFilterInput) {{ models(first: $first, after: $after, last: $last, where: $where, order: [{{ {order} }}]) {{ nodes {{ name description owner updatedAt latestVersion {{ number state }} }} pageInfo {{ hasNextPage endCursor }} }} }}";

    private static JsonNode Connection(JsonNode data, string field) => field == "model" ? data["model"]!["versions"]! : data[field]!;
}
