using System.Text.Json.Nodes;

namespace ModelHub.Cli.Graph;

/// <summary>Reading a whole connection, page by page.</summary>
internal static class Pages
{
    public const int Size = 100;

    /// <summary>
    /// The trusted document takes $first and $after besides its own variables; <paramref name="connection"/> finds the connection
    /// in the data, null when what it belongs to does not exist.
    /// </summary>
    public static async Task<List<JsonObject>> AllAsync(
        this GraphClient graph, string document, JsonObject variables, Func<JsonObject, JsonNode?> connection, int limit, CancellationToken ct)
    {
        var found = new List<JsonObject>();
        string? after = null;
        while (found.Count < limit)
        {
            var asked = variables.DeepClone().AsObject();
            asked["first"] = Math.Min(Size, limit - found.Count);
            asked["after"] = after;
            var page = connection(await graph.QueryAsync(document, asked, ct));
            found.AddRange(page?["nodes"].Items() ?? []);
            after = (string?)page?["pageInfo"]?["endCursor"];
            if (page?["pageInfo"]?["hasNextPage"]?.GetValue<bool>() != true)
                break;
        }

        return found;
    }
}
