using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Nodes;

/// <summary><c>node list</c>.</summary>
internal static class NodeCommands
{
    public static Command Create(Client client) => new("node", "Inference nodes") { List(client) };

    private static Command List(Client client)
    {
        return client.Runs(new Command("list", "Nodes with what they hold, and routers"), async (_, session, ct) =>
        {
            var data = await session.Graph.QueryAsync(Documents.ListNodes, null, ct);
            var nodes = data["inferenceNodes"].Items().Select(node => new JsonObject
            {
                ["id"] = node["id"].Copy(),
                ["name"] = node["name"].Copy(),
                ["address"] = node["address"].Copy(),
                ["state"] = node["state"].Word(),
                ["memoryUsedBytes"] = node["memoryUsedBytes"].Copy(),
                ["lastSeenAt"] = node["lastSeenAt"].Copy(),
                ["placements"] = new JsonArray([.. node["placements"].Items().Select(Placement)]),
            }).ToList();
            var routers = data["routers"].Items().Select(router =>
            {
                var shown = router.DeepClone().AsObject();
                shown["state"] = router["state"].Word();
                return shown;
            }).ToList();
            return Outcome.Done(
                new() { ["nodes"] = new JsonArray([.. nodes]), ["routers"] = new JsonArray([.. routers]) },
                [
                    .. nodes.Select(node => $"{node["name"].Text(),-16} node    {node["state"].Text(),-9} {node["address"].Text()}  {string.Join(", ", node["placements"].Items().Select(held => $"{held["version"].Text()} {held["state"].Text()}"))}".TrimEnd()),
                    .. routers.Select(router => $"{router["name"].Text(),-16} router  {router["state"].Text(),-9} {router["address"].Text()}"),
                ]);
        });
    }

    private static JsonObject Placement(JsonObject placement) => new()
    {
        ["version"] = $"{placement["version"]?["model"]?["name"].Text()}@{placement["version"]?["number"].Text()}",
        ["state"] = placement["state"].Word(),
    };
}
