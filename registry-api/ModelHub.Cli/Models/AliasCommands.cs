using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Models;

/// <summary><c>alias set</c>: moves a name to a version, if it stands where the caller thinks.</summary>
internal static class AliasCommands
{
    public static Command Create(Client client) => new("alias", "Movable names of versions") { Set(client) };

    private static Command Set(Client client)
    {
        var model = new Argument<string>("MODEL");
        var alias = new Argument<string>("ALIAS");
        var version = new Argument<int>("V");
        var expect = new Option<int?>("--expect") { Description = "Refuse unless the alias stands here now", HelpName = "V" };
        return client.Runs(new Command("set", "Point an alias at a version") { model, alias, version, expect }, async (parsed, session, ct) =>
        {
            var input = new JsonObject
            {
                ["model"] = parsed.GetRequiredValue(model),
                ["alias"] = parsed.GetRequiredValue(alias),
                ["version"] = parsed.GetRequiredValue(version),
            };
            if (parsed.GetValue(expect) is { } expected)
                input["expectVersion"] = expected;
            var set = (await session.Graph.ChangeAsync(Documents.SetAlias, input, ct))["alias"]!;
            return Outcome.Done(
                new() { ["model"] = input["model"].Copy(), ["alias"] = set["name"].Copy(), ["version"] = set["version"]!["number"].Copy(), ["revision"] = set["revision"].Copy() },
                $"{set["name"].Text()} → {input["model"].Text()}@{set["version"]!["number"].Text()}");
        });
    }
}
