using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Artifacts;

/// <summary><c>artifacts gc</c>.</summary>
internal static class ArtifactCommands
{
    public static Command Create(Client client) => new("artifacts", "Stored bytes") { Collect(client) };

    private static Command Collect(Client client)
    {
        var dry = new Option<bool>("--dry-run") { Description = "Only tell what would be removed" };
        var grace = new Option<int?>("--grace-hours") { Description = "Keep what came, or was asked after, in so many hours; else as the API is set", HelpName = "N" };
        return client.Runs(new Command("gc", "Remove artifacts that nothing refers to") { dry, grace }, async (parsed, session, ct) =>
        {
            var (found, looked, bytes) = (new JsonArray(), 0L, 0L);
            string? next = null;
            do
            {
                var input = new JsonObject { ["dryRun"] = parsed.GetValue(dry), ["graceHours"] = parsed.GetValue(grace), ["after"] = next };
                var step = (await session.Graph.ChangeAsync(Documents.CollectArtifacts, input, ct))["artifactCollection"]!;
                (looked, bytes) = (looked + step["looked"]!.GetValue<long>(), bytes + step["bytes"]!.GetValue<long>());
                foreach (var one in step["artifacts"].Items())
                    found.Add(one.DeepClone());
                next = step["next"]?.GetValue<string>();
            }
            while (next is not null);
            var words = $"{(parsed.GetValue(dry) ? "Would remove" : "Removed")} {found.Count} of {looked} artifacts, {bytes.ToString("N0", CultureInfo.InvariantCulture)} bytes.";
            var lines = found.Select(one => $"  {one!["digest"].Text()}  {one["size"]} bytes, last wanted {one["lastWantedAt"].Text()}").ToArray();
            return Outcome.Done(new() { ["dryRun"] = parsed.GetValue(dry), ["looked"] = looked, ["bytes"] = bytes, ["artifacts"] = found }, [words, .. lines]);
        });
    }
}
