using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Versions;

namespace ModelHub.Cli.Promotions;

/// <summary><c>promote MODEL@V --to ENV</c>.</summary>
internal static class PromoteCommand
{
    public static Command Create(Client client)
    {
        var version = VersionName.Argument("MODEL@V", "Which version");
        var to = new Option<string>("--to") { Description = "The environment", HelpName = "ENV", Required = true };
        var plan = new Option<string?>("--plan") { Description = "Rollout plan: its name, or a file that holds it", HelpName = "NAME|FILE" };
        var freeze = new Option<string?>("--override-freeze") { Description = "Emergency: why it must go on though the environment is frozen", HelpName = "WHY" };
        var wait = new Option<bool>("--wait") { Description = "Until it has ended, or the time is up" };
        var timeout = Duration.Option("--timeout", "How long to wait", TimeSpan.FromMinutes(10));
        var key = new Option<string?>("--idempotency-key") { Description = "Repeating a command under the same key asks once", HelpName = "KEY" };
        var command = new Command("promote", "Ask for a version to take an environment's traffic") { version, to, plan, freeze, wait, timeout, key };
        return client.Runs(command, async (parsed, session, ct) =>
        {
            var wanted = parsed.GetRequiredValue(version);
            var input = new JsonObject { ["model"] = wanted.Name, ["version"] = wanted.Number, ["environment"] = parsed.GetRequiredValue(to) };
            if (parsed.GetValue(plan) is { } given)
                await PlanFile.AddAsync(input, given, ct);
            input.AddGiven("freezeOverride", parsed.GetValue(freeze));
            input.AddGiven("idempotencyKey", parsed.GetValue(key));
            var opened = (await session.Graph.ChangeAsync(Documents.PromoteVersion, input, ct))["promotion"]!.AsObject();
            if (!parsed.GetValue(wait))
                return PromotionView.Outcome(opened, PromotionView.HasEnded(opened) ? PromotionView.Code(opened) : ExitCode.Done);
            return await WaitAsync(session, $"{wanted}", opened["id"].Text(), parsed.GetValue(timeout), ct);
        });
    }

    internal static async Task<Outcome> WaitAsync(Session session, string version, string id, TimeSpan bound, CancellationToken ct)
    {
        var ended = await Waiting.UntilAsync(session.Screen, $"Promoting {version}", bound, async () =>
        {
            var now = await PromotionView.ReadAsync(session.Graph, id, ct);
            return PromotionView.IsAtRest(now) ? now : null;
        }, ct) ?? await PromotionView.ReadAsync(session.Graph, id, ct);
        return PromotionView.Outcome(ended, PromotionView.Code(ended));
    }
}
