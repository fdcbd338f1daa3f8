using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Environments;

/// <summary><c>environment create | list | move</c>.</summary>
internal static class EnvironmentCommands
{
    public static Command Create(Client client) => new("environment", "Ordered places where models are served") { Add(client), List(client), Move(client) };

    private static Command Add(Client client)
    {
        var (name, rank, policy) = (new Argument<string>("NAME"), Rank(), PolicyFile.Option());
        return client.Runs(new Command("create", "Add an environment; its name stays for good") { name, rank, policy }, async (parsed, session, ct) =>
        {
            var input = new JsonObject { ["name"] = parsed.GetRequiredValue(name), ["rank"] = parsed.GetValue(rank) };
            if (parsed.GetValue(policy) is { } file)
                input["policy"] = await PolicyFile.ReadAsync(file, ct);
            return Shown((await session.Graph.ChangeAsync(Documents.CreateEnvironment, input, ct))["environment"]!);
        });
    }

    private static Command Move(Client client)
    {
        var (name, rank) = (new Argument<string>("NAME"), Rank());
        return client.Runs(new Command("move", "Give an environment another place in the order") { name, rank }, async (parsed, session, ct) =>
        {
            var input = new JsonObject { ["environment"] = parsed.GetRequiredValue(name), ["rank"] = parsed.GetValue(rank) };
            return Shown((await session.Graph.ChangeAsync(Documents.MoveEnvironment, input, ct))["environment"]!);
        });
    }

    private static Command List(Client client) =>
        client.Runs(new Command("list", "All environments, by rank"), async (_, session, ct) =>
        {
            var all = (await session.Graph.QueryAsync(Documents.ListEnvironments, null, ct))["environments"].Items().ToList();
            return Outcome.Done(
                new() { ["environments"] = new JsonArray([.. all.Select(one => one.DeepClone())]) },
                [.. all.Select(one => $"{one["rank"].Text(),4}  {one["name"].Text(),-20} policy {one["policyNumber"].Text()}, {one["approvalsRequired"].Text()} approvals")]);
        });

    private static Option<int> Rank() => new("--rank") { Description = "Its place: promotions go upwards, the champion lives in the highest", HelpName = "N", Required = true };

    private static Outcome Shown(JsonNode environment) =>
        Outcome.Done(environment.DeepClone().AsObject(), $"{environment["name"].Text()} has rank {environment["rank"].Text()} and policy {environment["policyNumber"].Text()}.");
}
