using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Promotions;

/// <summary><c>rollback MODEL --env ENV</c>: traffic back to the version that is still loaded.</summary>
internal static class RollbackCommand
{
    public static Command Create(Client client)
    {
        var model = new Argument<string>("MODEL");
        var environment = new Option<string>("--env") { Description = "The environment", HelpName = "ENV", Required = true };
        var to = new Option<int?>("--to") { Description = "Which version; else the one before", HelpName = "V" };
        return client.Runs(new Command("rollback", "Give the traffic back to the version before") { model, environment, to }, async (parsed, session, ct) =>
        {
            var back = await RollBackAsync(session.Graph, parsed.GetRequiredValue(model), parsed.GetRequiredValue(environment), parsed.GetValue(to), ct);
            var took = back["timeToSafetyMs"] is { } ms ? string.Create(CultureInfo.InvariantCulture, $" in {ms.GetValue<double>():0.0} ms") : "";
            return Outcome.Done(back, $"Version {back["from"].Text()} → {back["to"].Text()}{took}.");
        });
    }

    /// <summary>{from, to, timeToSafetyMs}.</summary>
    public static async Task<JsonObject> RollBackAsync(GraphClient graph, string model, string environment, int? to, CancellationToken ct)
    {
        var input = new JsonObject { ["model"] = model, ["environment"] = environment };
        if (to is not null)
            input["toVersion"] = to;
        var rollback = (await graph.ChangeAsync(Documents.Rollback, input, ct))["rollback"]!;
        return new() { ["from"] = rollback["from"]!["number"].Copy(), ["to"] = rollback["to"]!["number"].Copy(), ["timeToSafetyMs"] = rollback["timeToSafetyMs"].Copy() };
    }
}
