using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Versions;

namespace ModelHub.Cli.Data;

/// <summary><c>data lineage | version lineage</c>: what came of it, or with <c>--up</c> what it was made from.</summary>
internal static class LineageCommand
{
    /// <param name="owner">dataset or model: whose versions the command is about.</param>
    public static Command Create(Client client, string owner)
    {
        var version = VersionName.Argument(owner == "dataset" ? "DATASET@N" : "MODEL@V", "Which version");
        var up = new Option<bool>("--up") { Description = "What it was made from, instead of what was made from it" };
        var depth = new Option<int>("--depth") { Description = "Steps at most; 1 tells direct edges only", HelpName = "N", DefaultValueFactory = _ => 50 };
        return client.Runs(new Command("lineage", "Data, runs, versions and endpoints that came of it") { version, up, depth }, async (parsed, session, ct) =>
        {
            var wanted = parsed.GetRequiredValue(version);
            var variables = new JsonObject
            {
                [owner] = wanted.Name,
                ["version"] = wanted.Number,
                ["direction"] = parsed.GetValue(up) ? "UP" : "DOWN",
                ["depth"] = parsed.GetValue(depth),
            };
            var (things, truncated) = await AllAsync(session, variables, wanted, ct);
            return Outcome.Done(
                new() { ["version"] = wanted.ToString(), ["things"] = things, ["truncated"] = truncated },
                [.. things.OfType<JsonObject>().Select(thing => $"{thing["depth"].Text(),3}  {thing["kind"].Word(),-12} {thing["name"].Text()}"), .. truncated ? ["There is more: only the nearest 10000 are shown."] : Array.Empty<string>()]);
        });
    }

    private static async Task<(JsonArray Things, bool Truncated)> AllAsync(Session session, JsonObject variables, VersionName wanted, CancellationToken ct)
    {
        var things = new JsonArray();
        while (true)
        {
            var page = (await session.Graph.QueryAsync(Documents.ReadLineage, variables, ct))["lineage"] ?? throw Missing.Of(variables.ContainsKey("dataset") ? "DataVersion" : "Version", wanted.ToString());
            foreach (var thing in page["things"].Items())
                things.Add(thing.DeepClone());
            if (page["next"] is not { } next)
                return (things, page["truncated"]!.GetValue<bool>());
            variables["after"] = next.DeepClone();
        }
    }
}
