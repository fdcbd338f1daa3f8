using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Versions;

/// <summary><c>version accept-scan MODEL@V --why T</c>: an approver answers for an artifact that runs code.</summary>
internal static class AcceptScanCommand
{
    public static Command Create(Client client)
    {
        var version = VersionName.Argument("MODEL@V", "Which version");
        var why = new Option<string>("--why") { Description = "What was looked at, and why it may run", HelpName = "T", Required = true };
        return client.Runs(new Command("accept-scan", "Answer for an artifact that runs code when it is served") { version, why }, async (parsed, session, ct) =>
        {
            var accepted = parsed.GetRequiredValue(version);
            var input = new JsonObject { ["model"] = accepted.Name, ["version"] = accepted.Number, ["reason"] = parsed.GetRequiredValue(why) };
            var changed = (await session.Graph.ChangeAsync(Documents.AcceptScan, input, ct))["version"]!;
            return Outcome.Done(
                new JsonObject { ["model"] = accepted.Name, ["version"] = accepted.Number, ["acceptance"] = changed["scanAcceptance"].Copy(), ["scan"] = changed["artifact"]!["scan"].Copy() },
                $"{accepted} may run; its scan was accepted by {changed["scanAcceptance"]!["by"].Text()}.");
        });
    }
}
