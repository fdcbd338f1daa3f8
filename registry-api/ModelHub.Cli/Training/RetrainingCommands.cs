using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Training;

/// <summary><c>pipeline triggers | retrain | reset-breaker | show</c>: what makes a pipeline run by itself, and what held it back.</summary>
internal static class RetrainingCommands
{
    public static Command Triggers(Client client)
    {
        var name = new Argument<string>("NAME");
        var document = new Argument<string>("TRIGGERS") { Description = "JSON, or a file that holds it; off for none", HelpName = "JSON|FILE|off" };
        return client.Runs(new Command("triggers", "Let a pipeline run by a schedule, on new data or on alerts, and bound how often") { name, document }, async (parsed, session, ct) =>
        {
            var input = new JsonObject { ["pipeline"] = parsed.GetRequiredValue(name) };
            if (parsed.GetRequiredValue(document) is not "off" and var given)
                input["triggers"] = JsonValues.ReadObject(given, "TRIGGERS");
            var set = (await session.Graph.ChangeAsync(Documents.SetPipelineTriggers, input, ct))["pipeline"]!;
            return Outcome.Done(new() { ["pipeline"] = set["name"].Copy(), ["triggers"] = set["triggers"]?.DeepClone(), ["revision"] = set["revision"].Copy() }, [.. Told(set)]);
        });
    }

    public static Command ResetBreaker(Client client)
    {
        var name = new Argument<string>("NAME");
        var why = new Option<string>("--why") { Description = "What was found about the challengers that failed", Required = true };
        return client.Runs(new Command("reset-breaker", "Let a pipeline train again after too many challengers failed in a row") { name, why }, async (parsed, session, ct) =>
        {
            var input = new JsonObject { ["pipeline"] = parsed.GetRequiredValue(name), ["reason"] = parsed.GetRequiredValue(why) };
            var reset = (await session.Graph.ChangeAsync(Documents.ResetPipelineBreaker, input, ct))["pipeline"]!;
            return Outcome.Done(new() { ["pipeline"] = reset["name"].Copy(), ["resetAt"] = reset["breakerResetAt"].Copy() }, $"{reset["name"].Text()} may train again.");
        });
    }

    public static Command Retrain(Client client)
    {
        var name = new Argument<string>("NAME");
        return client.Runs(new Command("retrain", "Want a run on what the triggers say, such as fresh labelled predictions; show tells what holds it back") { name }, async (parsed, session, ct) =>
        {
            var wanted = (await session.Graph.ChangeAsync(Documents.RetrainPipeline, new JsonObject { ["pipeline"] = parsed.GetRequiredValue(name) }, ct))["pipeline"]!;
            return Outcome.Done(new() { ["pipeline"] = wanted["name"].Copy() }, $"{wanted["name"].Text()} trains as soon as its data are there.");
        });
    }

    public static Command Show(Client client)
    {
        var name = new Argument<string>("NAME");
        return client.Runs(new Command("show", "What makes a pipeline run by itself, and what held it back") { name }, async (parsed, session, ct) =>
        {
            var asked = parsed.GetRequiredValue(name);
            var found = (await session.Graph.QueryAsync(Documents.ReadRetraining, new { name = asked }, ct))["pipeline"] ?? throw Missing.Of("Pipeline", asked);
            var skips = found["skips"]!["nodes"]!.AsArray().Select(skip => skip!.DeepClone().AsObject()).ToList();
            return Outcome.Done(
                new() { ["pipeline"] = found["name"].Copy(), ["triggers"] = found["triggers"]?.DeepClone(), ["skips"] = new JsonArray([.. skips]) },
                [.. Told(found), .. skips.Select(Told)]);
        });
    }

    private static IEnumerable<string> Told(JsonNode pipeline)
    {
        if (pipeline["triggers"] is not JsonObject triggers)
            return [$"{pipeline["name"].Text()} runs only when it is started, and nothing holds it back."];
        string[] starts =
        [
            .. triggers["schedule"] is JsonObject schedule ? [$"at {schedule["cron"].Text()} {schedule["timeZone"].Text()}"] : Array.Empty<string>(),
            .. triggers["onNewData"]!.GetValue<bool>() ? ["on new data"] : Array.Empty<string>(),
            .. triggers["onAlerts"]!.AsArray().Select(pattern => $"on alerts of {pattern.Text()}"),
        ];
        return
        [
            $"{pipeline["name"].Text()} runs {(starts.Length == 0 ? "only when it is started" : string.Join(", ", starts))}",
            .. triggers["ledger"] is JsonObject ledger ? [$"  on labelled predictions of {ledger["environment"].Text()}, window {ledger["window"].Text()}"] : Array.Empty<string>(),
            .. triggers["promote"] is JsonObject promote ? [$"  what is better than the champion is promoted to {promote["environment"].Text()}"] : Array.Empty<string>(),
            $"  cooldown {triggers["cooldown"].Text()}, {triggers["runsPerWeek"].Text()} runs a week, breaks after {triggers["breakAfter"].Text()} failures in a row",
        ];
    }

    private static string Told(JsonObject skip) =>
        $"  {(skip["endedAt"] is null ? "held" : "was held")} by {skip["guard"].Word()}, {skip["count"].Text()} × {skip["kind"].Word()} {skip["about"].Text()}: {skip["reason"].Text()}";
}
