using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Versions;

/// <summary><c>check</c>: posts a CI result on a version.</summary>
internal static class CheckCommand
{
    public static Command Create(Client client)
    {
        var version = VersionName.Argument("MODEL@V", "Which version");
        var name = new Option<string>("--name") { Description = "Name of the check", Required = true };
        var state = new Option<string>("--state") { Description = "pass or fail", Required = true }.AcceptOnlyFromAmong("pass", "fail");
        var link = new Option<string?>("--link") { Description = "Page with the details", HelpName = "URL" };
        return client.Runs(new Command("check", "Post a check's result on a version") { version, name, state, link }, async (parsed, session, ct) =>
        {
            var on = parsed.GetRequiredValue(version);
            var input = new JsonObject
            {
                ["model"] = on.Name,
                ["version"] = on.Number,
                ["name"] = parsed.GetRequiredValue(name),
                ["state"] = parsed.GetRequiredValue(state).ToUpperInvariant(),
            };
            input.AddGiven("link", parsed.GetValue(link));
            var posted = (await session.Graph.ChangeAsync(Documents.PostCheck, input, ct))["check"]!;
            return Outcome.Done(
                new() { ["model"] = on.Name, ["version"] = on.Number, ["name"] = posted["name"].Copy(), ["state"] = posted["state"].Word() },
                $"{on}: {posted["name"].Text()} {posted["state"].Word()}");
        });
    }
}
