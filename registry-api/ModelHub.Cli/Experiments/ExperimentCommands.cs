using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Promotions;

namespace ModelHub.Cli.Experiments;

/// <summary><c>experiment start|show|label|stop|promote</c>: versions share an endpoint's keys, and a number of each key tells which is better.</summary>
internal static class ExperimentCommands
{
    public static Command Create(Client client) => new("experiment", "Find out which of several versions is better, on the endpoint's own traffic")
    {
        Start(client),
        Show(client),
        LabelCommand.Create(client),
        Stop(client),
        Promote(client),
    };

    private static Command Start(Client client)
    {
        var model = new Argument<string>("MODEL");
        var environment = new Option<string>("--env") { Description = "The environment whose traffic is shared", HelpName = "ENV", Required = true };
        var wait = new Option<bool>("--wait") { Description = "Until it has ended, or the time is up" };
        var timeout = Duration.Option("--timeout", "How long to wait", TimeSpan.FromMinutes(10));
        var key = new Option<string?>("--idempotency-key") { Description = "Repeating a command under the same key asks once", HelpName = "KEY" };
        var asked = new ExperimentFlags();
        var command = new Command("start", "Share an endpoint's keys between versions") { model, environment, wait, timeout, key };
        asked.AddTo(command);
        return client.Runs(command, async (parsed, session, ct) =>
        {
            var input = asked.Input(parsed);
            (input["model"], input["environment"]) = (parsed.GetRequiredValue(model), parsed.GetRequiredValue(environment));
            input.AddGiven("idempotencyKey", parsed.GetValue(key));
            var id = (await session.Graph.ChangeAsync(Documents.StartExperiment, input, ct))["experiment"]!["id"].Text();
            if (!parsed.GetValue(wait))
                return ExperimentView.Outcome(await ExperimentView.ReadAsync(session.Graph, id, ct), ExitCode.Done);
            var ended = await Waiting.UntilAsync(session.Screen, $"Sharing the keys of {parsed.GetRequiredValue(model)}", parsed.GetValue(timeout), async () =>
            {
                var now = await ExperimentView.ReadAsync(session.Graph, id, ct);
                return ExperimentView.HasEnded(now) ? now : null;
            }, ct) ?? await ExperimentView.ReadAsync(session.Graph, id, ct);
            return ExperimentView.Outcome(ended, ExperimentView.Code(ended));
        });
    }

    private static Command Show(Client client)
    {
        var id = new Argument<string>("ID");
        return client.Runs(new Command("show", "How the arms of an experiment stand") { id }, async (parsed, session, ct) =>
        {
            var experiment = await ExperimentView.ReadAsync(session.Graph, parsed.GetRequiredValue(id), ct);
            return ExperimentView.Outcome(experiment, ExperimentView.Code(experiment));
        });
    }

    private static Command Stop(Client client)
    {
        var id = new Argument<string>("ID");
        var why = new Option<string?>("--why") { Description = "The reason, kept with the experiment", HelpName = "TEXT" };
        return client.Runs(new Command("stop", "End an experiment without a verdict") { id, why }, async (parsed, session, ct) =>
        {
            var input = new JsonObject { ["experiment"] = parsed.GetRequiredValue(id) };
            input.AddGiven("reason", parsed.GetValue(why));
            await session.Graph.ChangeAsync(Documents.StopExperiment, input, ct);
            return ExperimentView.Outcome(await ExperimentView.ReadAsync(session.Graph, parsed.GetRequiredValue(id), ct), ExitCode.Done);
        });
    }

    private static Command Promote(Client client)
    {
        var id = new Argument<string>("ID");
        var plan = new Option<string?>("--plan") { Description = "Rollout plan, by its name", HelpName = "NAME" };
        var wait = new Option<bool>("--wait") { Description = "Until the promotion has ended, or the time is up" };
        var timeout = Duration.Option("--timeout", "How long to wait", TimeSpan.FromMinutes(10));
        var command = new Command("promote", "Ask for the winner to take the traffic, through the ordinary gates") { id, plan, wait, timeout };
        return client.Runs(command, async (parsed, session, ct) =>
        {
            var input = new JsonObject { ["experiment"] = parsed.GetRequiredValue(id) };
            input.AddGiven("plan", parsed.GetValue(plan));
            var opened = (await session.Graph.ChangeAsync(Documents.PromoteExperimentWinner, input, ct))["promotion"]!.AsObject();
            return parsed.GetValue(wait)
                ? await PromoteCommand.WaitAsync(session, "the winner", opened["id"].Text(), parsed.GetValue(timeout), ct)
                : PromotionView.Outcome(opened, PromotionView.HasEnded(opened) ? PromotionView.Code(opened) : ExitCode.Done);
        });
    }
}
