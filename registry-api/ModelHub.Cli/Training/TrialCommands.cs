using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Training;

/// <summary><c>train show RUN</c> and <c>train trials RUN</c>.</summary>
internal static class TrialCommands
{
    public static Command Show(Client client)
    {
        var run = new Argument<string>("RUN");
        return client.Runs(new Command("show", "How a training run stands, and what its search has found") { run }, async (parsed, session, ct) =>
        {
            var id = parsed.GetRequiredValue(run);
            var shown = TrainCommand.View(await TrainCommand.ReadAsync(session.Graph, id, ct), ExitCode.Done);
            var (found, trials) = await ReadAsync(session.Graph, id, ct);
            if (trials.Count == 0)
                return shown;
            var document = shown.Document;
            document["bestTrial"] = found["bestTrial"].Copy();
            document["trials"] = new JsonObject(trials.GroupBy(t => t["state"].Word()).Select(g => KeyValuePair.Create(g.Key, (JsonNode?)g.Count())));
            var states = string.Join(", ", document["trials"]!.AsObject().Select(state => $"{state.Value.Text()} {state.Key}"));
            return shown with { Lines = [.. shown.Lines, $"  trials   {states}{(found["bestTrial"] is { } best ? $"; {best.Text()} won" : "")}"] };
        });
    }

    public static Command List(Client client)
    {
        var run = new Argument<string>("RUN");
        return client.Runs(new Command("trials", "The settings that a training run tried, and what they came to") { run }, async (parsed, session, ct) =>
        {
            var (found, trials) = await ReadAsync(session.Graph, parsed.GetRequiredValue(run), ct);
            foreach (var trial in trials)
                trial["state"] = trial["state"].Word();
            var document = new JsonObject { ["run"] = found["id"].Copy(), ["bestTrial"] = found["bestTrial"].Copy(), ["trials"] = new JsonArray([.. trials]) };
            return Outcome.Done(document, trials.Count == 0 ? ["This run searches no settings."] : [.. trials.Select(trial => Told(trial, found["bestTrial"]))]);
        });
    }

    private static async Task<(JsonObject Run, List<JsonObject> Trials)> ReadAsync(GraphClient graph, string id, CancellationToken ct)
    {
        var trials = new List<JsonObject>();
        for (string? after = null; ;)
        {
            var found = (await graph.QueryAsync(Documents.ReadTrainingTrials, new { id, after }, ct))["trainingRun"] as JsonObject ?? throw Missing.Of("TrainingRun", id);
            trials.AddRange(found["trials"]!["nodes"].Items().Select(trial => trial.DeepClone().AsObject()));
            if (found["trials"]!["pageInfo"]!["hasNextPage"]!.GetValue<bool>() is false)
                return (found, trials);
            after = found["trials"]!["pageInfo"]!["endCursor"].Text();
        }
    }

    private static string Told(JsonObject trial, JsonNode? best)
    {
        var mark = best is not null && best.Whole() == trial["number"].Whole() ? "*" : " ";
        var metric = trial["metric"] is { } value ? value.GetValue<double>().ToString("G6", CultureInfo.InvariantCulture) : "–";
        return $"{mark}{trial["number"].Text(),4}  {trial["state"].Text(),-9}  rung {trial["rung"].Whole() + 1}  {metric,-10}  {trial["parameters"]!.ToJsonString()}  {trial["failure"].Text()}".TrimEnd();
    }
}
