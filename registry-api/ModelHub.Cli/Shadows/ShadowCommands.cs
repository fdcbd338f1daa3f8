using System.CommandLine;
using System.Text.Json.Nodes;
using System.Xml;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Versions;

namespace ModelHub.Cli.Shadows;

/// <summary><c>shadow start</c>, <c>shadow report</c>, <c>shadow stop</c>: a version gets copies of the requests, and its answers are compared.</summary>
internal static class ShadowCommands
{
    public static Command Create(Client client) => new("shadow", "Compare a version's answers with those that callers get")
    {
        Start(client),
        Report(client),
        Stop(client),
    };

    private static Command Start(Client client)
    {
        var version = VersionName.Argument("MODEL@V", "Which version");
        var environment = new Option<string>("--env") { Description = "The environment whose requests are copied", HelpName = "ENV", Required = true };
        var time = Duration.Option("--time", "When it ends at the latest", TimeSpan.FromHours(1));
        var wait = new Option<bool>("--wait") { Description = "Until it has ended, or the time is up" };
        var timeout = Duration.Option("--timeout", "How long to wait", TimeSpan.FromMinutes(10));
        var key = new Option<string?>("--idempotency-key") { Description = "Repeating a command under the same key asks once", HelpName = "KEY" };
        var asked = new ShadowFlags();
        var command = new Command("start", "Copy requests to a version and compare what it answers") { version, environment, time, wait, timeout, key };
        asked.AddTo(command);
        return client.Runs(command, async (parsed, session, ct) =>
        {
            var wanted = parsed.GetRequiredValue(version);
            var input = asked.Input(parsed);
            (input["model"], input["version"], input["environment"]) = (wanted.Name, wanted.Number, parsed.GetRequiredValue(environment));
            input["maximumTime"] = XmlConvert.ToString(parsed.GetValue(time));
            input.AddGiven("idempotencyKey", parsed.GetValue(key));
            var id = (await session.Graph.ChangeAsync(Documents.StartShadowTest, input, ct))["shadowTest"]!["id"].Text();
            if (!parsed.GetValue(wait))
                return ShadowView.Outcome(await ShadowView.ReadAsync(session.Graph, id, ct), ExitCode.Done);
            var ended = await Waiting.UntilAsync(session.Screen, $"Comparing {wanted}", parsed.GetValue(timeout), async () =>
            {
                var now = await ShadowView.ReadAsync(session.Graph, id, ct);
                return ShadowView.HasEnded(now) ? now : null;
            }, ct) ?? await ShadowView.ReadAsync(session.Graph, id, ct);
            return ShadowView.Outcome(ended, ShadowView.Code(ended));
        });
    }

    private static Command Report(Client client)
    {
        var id = new Argument<string>("ID");
        return client.Runs(new Command("report", "What a shadow test has found") { id }, async (parsed, session, ct) =>
        {
            var test = await ShadowView.ReadAsync(session.Graph, parsed.GetRequiredValue(id), ct);
            return ShadowView.Outcome(test, ShadowView.Code(test));
        });
    }

    private static Command Stop(Client client)
    {
        var id = new Argument<string>("ID");
        var why = new Option<string?>("--why") { Description = "The reason, kept with the test", HelpName = "TEXT" };
        return client.Runs(new Command("stop", "End a shadow test without a verdict") { id, why }, async (parsed, session, ct) =>
        {
            var input = new JsonObject { ["shadowTest"] = parsed.GetRequiredValue(id) };
            input.AddGiven("reason", parsed.GetValue(why));
            await session.Graph.ChangeAsync(Documents.StopShadowTest, input, ct);
            return ShadowView.Outcome(await ShadowView.ReadAsync(session.Graph, parsed.GetRequiredValue(id), ct), ExitCode.Done);
        });
    }
}
