using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Training;

/// <summary><c>pipeline create | list | show | triggers | reset-breaker</c>.</summary>
internal static class PipelineCommands
{
    public static Command Create(Client client) => new("pipeline", "Training pipelines")
    {
        CreatePipeline(client), List(client), RetrainingCommands.Show(client), RetrainingCommands.Triggers(client), RetrainingCommands.Retrain(client), RetrainingCommands.ResetBreaker(client),
    };

    private static Command CreatePipeline(Client client)
    {
        var name = new Argument<string>("NAME");
        var model = new Option<string>("--model") { Description = "Where its versions go", Required = true };
        var dataset = new Option<string>("--dataset") { Description = "What it trains on", Required = true };
        var trainer = new Option<string>("--trainer") { Description = "built-in or process", DefaultValueFactory = _ => "built-in" }.AcceptOnlyFromAmong("built-in", "process");
        var definition = new Option<string>("--definition") { Description = "JSON, or a file that holds it", HelpName = "JSON|FILE", Required = true };
        return client.Runs(new Command("create", "Define a training pipeline") { name, model, dataset, trainer, definition }, async (parsed, session, ct) =>
        {
            var input = new JsonObject
            {
                ["name"] = parsed.GetRequiredValue(name),
                ["model"] = parsed.GetRequiredValue(model),
                ["dataset"] = parsed.GetRequiredValue(dataset),
                ["trainer"] = parsed.GetRequiredValue(trainer).ToUpperInvariant().Replace('-', '_'),
                ["definition"] = JsonValues.ReadObject(parsed.GetRequiredValue(definition), "--definition"),
            };
            var made = (await session.Graph.ChangeAsync(Documents.CreatePipeline, input, ct))["pipeline"]!;
            return Outcome.Done(new() { ["pipeline"] = made["name"].Copy(), ["revision"] = made["revision"].Copy() }, $"Created {made["name"].Text()}.");
        });
    }

    private static Command List(Client client)
    {
        return client.Runs(new Command("list", "All pipelines"), async (_, session, ct) =>
        {
            var pipelines = await session.Graph.AllAsync(Documents.ListPipelines, [], data => data["pipelines"], int.MaxValue, ct);
            var found = pipelines.Select(pipeline => new JsonObject
            {
                ["name"] = pipeline["name"].Copy(),
                ["trainer"] = pipeline["trainer"].Word(),
                ["model"] = pipeline["model"]?["name"].Copy(),
                ["dataset"] = pipeline["dataset"]?["name"].Copy(),
            }).ToList();
            return Outcome.Done(
                new() { ["pipelines"] = new JsonArray([.. found]) },
                [.. found.Select(pipeline => $"{pipeline["name"].Text(),-32} {pipeline["trainer"].Text(),-9} {pipeline["dataset"].Text()} → {pipeline["model"].Text()}")]);
        });
    }
}
