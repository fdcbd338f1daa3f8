using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Versions;

namespace ModelHub.Cli.Training;

/// <summary><c>train PIPELINE</c> and <c>train cancel RUN</c>.</summary>
internal static class TrainCommand
{
    private static readonly TimeSpan bound = TimeSpan.FromHours(1);

    public static Command Create(Client client)
    {
        var pipeline = new Argument<string>("PIPELINE");
        var data = VersionName.Option("--data", "DATASET@N", "Which data; else the newest of the pipeline's dataset");
        var parameters = Pairs.Texts("--param", "Overrides the pipeline's definition; may be repeated");
        var wait = new Option<bool>("--wait") { Description = "Until the run has ended, or the time is up" };
        var timeout = Duration.Option("--timeout", "How long to wait", bound);
        var command = new Command("train", "Start a training run") { pipeline, data, parameters, wait, timeout };
        command.Subcommands.Add(Cancel(client));
        return client.Runs(command, async (parsed, session, ct) =>
        {
            var name = parsed.GetRequiredValue(pipeline);
            var run = await StartAsync(session.Graph, name, parsed.GetValue(data), Overrides(parsed.GetValue(parameters)!), ct);
            if (!parsed.GetValue(wait))
                return View(run, ExitCode.Done);
            var ended = await WaitAsync(session, name, run["id"].Text(), parsed.GetValue(timeout), ct);
            return View(ended, Code(ended));
        });
    }

    public static async Task<JsonObject> StartAsync(GraphClient graph, string pipeline, VersionName? data, JsonObject? parameters, CancellationToken ct)
    {
        var input = new JsonObject { ["pipeline"] = pipeline };
        if (data is not null)
            input["dataVersion"] = await NumberAsync(graph, pipeline, data, ct);
        if (parameters is { Count: > 0 })
            input["parameters"] = parameters;
        return (await graph.ChangeAsync(Documents.StartTraining, input, ct))["trainingRun"]!.AsObject();
    }

    public static async Task<JsonObject> WaitAsync(Session session, string pipeline, string id, TimeSpan bound, CancellationToken ct) =>
        await Waiting.UntilAsync(session.Screen, $"Training {pipeline}", bound, async () =>
        {
            var now = await ReadAsync(session.Graph, id, ct);
            return now["state"].Text() is "SUCCEEDED" or "FAILED" or "CANCELLED" ? now : null;
        }, ct) ?? await ReadAsync(session.Graph, id, ct);

    private static async Task<JsonObject> ReadAsync(GraphClient graph, string id, CancellationToken ct) =>
        (await graph.QueryAsync(Documents.ReadTrainingRun, new { id }, ct))["trainingRun"] as JsonObject
        ?? throw Missing.Of("TrainingRun", id);

    // A pipeline has one dataset: naming another is a mistake that must not go unseen.
    private static async Task<int> NumberAsync(GraphClient graph, string pipeline, VersionName data, CancellationToken ct)
    {
        var found = (await graph.QueryAsync(Documents.ReadPipeline, new { name = pipeline }, ct))["pipeline"]
            ?? throw Missing.Of("Pipeline", pipeline);
        var dataset = found["dataset"]?["name"].Text();
        return dataset == data.Name
            ? data.Number
            : throw new RefusedException(new Refusal("InvalidInput", $"The pipeline {pipeline} trains on {dataset}, not on {data.Name}.", new JsonObject { ["field"] = "data" }));
    }

    private static Command Cancel(Client client)
    {
        var run = new Argument<string>("RUN");
        return client.Runs(new Command("cancel", "Stop a training run") { run }, async (parsed, session, ct) =>
        {
            var input = new JsonObject { ["run"] = parsed.GetRequiredValue(run) };
            var cancelled = (await session.Graph.ChangeAsync(Documents.CancelTraining, input, ct))["trainingRun"]!.AsObject();
            if (!session.Screen.Json && cancelled["state"].Text() is "RUNNING")
                session.Screen.Note("The worker stops it within seconds; see ./modelhub operation list.");
            return View(cancelled, ExitCode.Done);
        });
    }

    private static int Code(JsonObject run) => run["state"].Text() switch
    {
        "SUCCEEDED" => ExitCode.Done,
        "FAILED" or "CANCELLED" => ExitCode.Failed,
        _ => ExitCode.Waiting,
    };

    private static Outcome View(JsonObject run, int code)
    {
        var shown = new JsonObject
        {
            ["run"] = run["id"].Copy(),
            ["state"] = run["state"].Word(),
            ["version"] = run["version"]?["number"].Copy(),
            ["metrics"] = run["metrics"].ToMap("name", "value"),
        };
        if (run["failure"] is not null)
            shown["failure"] = run["failure"].Copy();
        return new Outcome(code, shown,
        [
            $"{shown["run"].Text()}  {shown["state"].Text()}  {shown["failure"].Text()}".TrimEnd(),
            .. run["version"] is { } version ? [$"  version  {version["model"]!["name"].Text()}@{version["number"].Text()}"] : Array.Empty<string>(),
            .. shown["metrics"]!.AsObject().Select(metric => $"  {metric.Key} = {metric.Value.Text()}"),
        ]);
    }

    // A value that reads as JSON is given as such: --param folds=3, --param lambdas=[0.1,1].
    private static JsonObject Overrides(IEnumerable<KeyValuePair<string, string>> given) => new(given.Select(pair => KeyValuePair.Create(pair.Key, JsonValues.Parse(pair.Value))));
}
