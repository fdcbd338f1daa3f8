using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Operations;

/// <summary><c>operation list</c>.</summary>
internal static class OperationCommands
{
    public static Command Create(Client client) => new("operation", "Background work") { List(client) };

    private static Command List(Client client)
    {
        var limit = new Option<int>("--limit") { Description = "How many, the newest first", HelpName = "N", DefaultValueFactory = _ => 50 };
        return client.Runs(new Command("list", "Jobs of the workers, the newest first") { limit }, async (parsed, session, ct) =>
        {
            var operations = await session.Graph.AllAsync(Documents.ListOperations, [], data => data["operations"], parsed.GetValue(limit), ct);
            var found = operations.Select(operation =>
            {
                var shown = operation.DeepClone().AsObject();
                shown["state"] = operation["state"].Word();
                return shown;
            }).ToList();
            return Outcome.Done(
                new() { ["operations"] = new JsonArray([.. found]) },
                [.. found.Select(operation => $"{operation["createdAt"].Text()}  {operation["kind"].Text(),-22} {operation["state"].Text(),-10} {operation["subject"].Text()}  {operation["failure"].Text()}".TrimEnd())]);
        });
    }
}
