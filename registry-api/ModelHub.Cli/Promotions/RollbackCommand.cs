using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Promotions;

/// <summary><c>rollback MODEL --env ENV</c>: traffic back to an earlier version, which is loaded first when it is not any more.</summary>
internal static class RollbackCommand
{
    public static Command Create(Client client)
    {
        var model = new Argument<string>("MODEL");
        var environment = new Option<string>("--env") { Description = "The environment", HelpName = "ENV", Required = true };
        var to = new Option<int?>("--to") { Description = "Which version; else the one before", HelpName = "V" };
        var timeout = Duration.Option("--timeout", "How long to wait for a version that has to be loaded first", TimeSpan.FromMinutes(5));
        return client.Runs(new Command("rollback", "Give the traffic back to an earlier version") { model, environment, to, timeout }, async (parsed, session, ct) =>
        {
            var back = await RollBackAsync(session.Graph, parsed.GetRequiredValue(model), parsed.GetRequiredValue(environment), parsed.GetValue(to), parsed.GetValue(timeout), ct);
            if (back["state"].Text() is "loading" or "failed")
                return new Outcome(back["state"].Text() == "failed" ? ExitCode.Failed : ExitCode.Waiting, back, [$"Version {back["to"].Text()} is {back["state"].Text()}: {back["failure"].Text()}".TrimEnd(' ', ':')]);
            var took = back["timeToSafetyMs"] is { } ms ? string.Create(CultureInfo.InvariantCulture, $" in {ms.GetValue<double>():0.0} ms") : "";
            return Outcome.Done(back, $"Version {back["from"].Text()} → {back["to"].Text()}{took}.");
        });
    }

    /// <summary>{from, to, timeToSafetyMs, state, failure}. Asked again under the same key, the API tells how the same rollback stands.</summary>
    public static async Task<JsonObject> RollBackAsync(GraphClient graph, string model, string environment, int? to, TimeSpan patience, CancellationToken ct)
    {
        var input = new JsonObject { ["model"] = model, ["environment"] = environment };
        if (to is not null)
            input["toVersion"] = to;
        var rollback = (await graph.ChangeAsync(Documents.Rollback, input, ct))["rollback"]!;
        for (var clock = Stopwatch.StartNew(); rollback["state"].Text() == "LOADING" && clock.Elapsed < patience;)
            rollback = (await graph.RevealAsync(Documents.Rollback, input, ct))["rollback"]!;
        return new()
        {
            ["from"] = rollback["from"]!["number"].Copy(),
            ["to"] = rollback["to"]!["number"].Copy(),
            ["timeToSafetyMs"] = rollback["timeToSafetyMs"].Copy(),
            ["state"] = rollback["state"].Word(),
            ["failure"] = rollback["failure"].Copy(),
        };
    }
}
