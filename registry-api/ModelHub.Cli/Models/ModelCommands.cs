using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Models;

/// <summary><c>model create | list | show</c>.</summary>
internal static class ModelCommands
{
    public static Command Create(Client client) => new("model", "Registered models") { CreateModel(client), List(client), Show(client) };

    private static Command CreateModel(Client client)
    {
        var name = new Argument<string>("NAME") { Description = "Dot-separated, such as risk.credit-scoring" };
        var description = new Option<string?>("--description") { HelpName = "TEXT" };
        var owner = new Option<string?>("--owner") { HelpName = "NAME" };
        var tags = Pairs.Texts("--tag", "May be repeated");
        return client.Runs(new Command("create", "Register a new model") { name, description, owner, tags }, async (parsed, session, ct) =>
        {
            var input = new JsonObject { ["name"] = parsed.GetRequiredValue(name), ["tags"] = Pairs.ToInput(parsed.GetValue(tags)!) };
            input.AddGiven("description", parsed.GetValue(description));
            input.AddGiven("owner", parsed.GetValue(owner));
            var made = (await session.Graph.ChangeAsync(Documents.CreateModel, input, ct))["model"]!;
            return Outcome.Done(new() { ["name"] = made["name"].Copy(), ["revision"] = made["revision"].Copy() }, $"Created {made["name"].Text()}.");
        });
    }

    private static Command List(Client client)
    {
        return client.Runs(new Command("list", "All models"), async (_, session, ct) =>
        {
            var models = await session.Graph.AllAsync(Documents.ListModels, [], data => data["models"], int.MaxValue, ct);
            var found = models.Select(model => new JsonObject
            {
                ["name"] = model["name"].Copy(),
                ["description"] = model["description"].Copy(),
                ["owner"] = model["owner"].Copy(),
                ["latestVersion"] = model["latestVersion"]?["number"].Copy(),
                ["updatedAt"] = model["updatedAt"].Copy(),
            }).ToList();
            return Outcome.Done(
                new() { ["models"] = new JsonArray([.. found]) },
                [.. found.Select(model => $"{model["name"].Text(),-40} {model["latestVersion"].Text(),6}  {model["description"].Text()}")]);
        });
    }

    private static Command Show(Client client)
    {
        var name = new Argument<string>("NAME");
        return client.Runs(new Command("show", "One model") { name }, async (parsed, session, ct) =>
        {
            var wanted = parsed.GetRequiredValue(name);
            var model = (await session.Graph.QueryAsync(Documents.ReadModel, new { name = wanted }, ct))["model"] as JsonObject ?? throw Missing.Of("Model", wanted);
            var aliases = model["aliases"].Items().ToDictionary(alias => alias["name"].Text(), alias => alias["version"]!["number"].Copy());
            var shown = model.DeepClone().AsObject();
            shown["latestVersion"] = model["latestVersion"]?["number"].Copy();
            shown["tags"] = model["tags"].ToMap("key", "value");
            shown["aliases"] = new JsonObject(aliases);
            shown["endpoints"] = new JsonArray([.. model["endpoints"].Items().Select(endpoint => new JsonObject
            {
                ["environment"] = endpoint["environment"]!["name"].Copy(),
                ["url"] = endpoint["url"].Copy(),
                ["version"] = endpoint["primary"]?["version"]?["number"].Copy(),
            })]);
            return Outcome.Done(shown,
            [
                $"{model["name"].Text()}  {model["description"].Text()}",
                $"  latest version  {shown["latestVersion"].Text()}",
                .. shown["aliases"]!.AsObject().Select(alias => $"  alias           {alias.Key} → {alias.Value.Text()}"),
                .. shown["endpoints"].Items().Select(endpoint => $"  {endpoint["environment"].Text(),-15} {(endpoint["version"] is { } serving ? $"version {serving.Text()}" : "nothing yet")}  {endpoint["url"].Text()}"),
            ]);
        });
    }
}
