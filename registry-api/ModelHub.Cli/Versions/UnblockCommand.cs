using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Versions;

/// <summary><c>version unblock MODEL@V --env ENV</c>: a version that was rolled back there may be promoted again.</summary>
internal static class UnblockCommand
{
    public static Command Create(Client client)
    {
        var version = VersionName.Argument("MODEL@V", "Which version");
        var environment = new Option<string>("--env") { Description = "The environment it was rolled back in", HelpName = "ENV", Required = true };
        var why = new Option<string?>("--why") { Description = "Why it may be promoted again, kept with the block", HelpName = "TEXT" };
        return client.Runs(new Command("unblock", "Let a version be promoted again where it was rolled back") { version, environment, why }, async (parsed, session, ct) =>
        {
            var (lifted, place) = (parsed.GetRequiredValue(version), parsed.GetRequiredValue(environment));
            var input = new JsonObject { ["model"] = lifted.Name, ["version"] = lifted.Number, ["environment"] = place };
            input.AddGiven("reason", parsed.GetValue(why));
            var block = (await session.Graph.ChangeAsync(Documents.LiftBlock, input, ct))["versionBlock"]!;
            return Outcome.Done(
                new JsonObject { ["model"] = lifted.Name, ["version"] = lifted.Number, ["environment"] = place, ["block"] = block.Copy() },
                $"{lifted} may be promoted into {place} again; it was rolled back by {block["by"].Text()} ({block["reason"].Text()}).");
        });
    }
}
