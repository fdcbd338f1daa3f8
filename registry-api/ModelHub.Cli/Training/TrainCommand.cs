using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Versions;

namespace ModelHub.Cli.Training;

/// <summary><c>train PIPELINE</c>, and <c>train cancel | show | trials RUN</c>.</summary>
internal static class TrainCommand
{
    private static readonly TimeSpan bound = TimeSpan.FromHours(1);

    public static Command Create(Client client)
    {
        var pipeline = new Argument<string>("PIPELINE");
        var data = VersionName.Option("--data", "DATASET@N", "Which data; else the newest of the pipeline's dataset");
        var parameters = Pairs.Texts("--param", "Overrides the pipeline's definition; may be repeated");
        var ledger = new LedgerData();
        var why = new Option<string>("--override") { Description = "Run though a guard of the pipeline holds it back, for this reason", HelpName = "REASON" };
        var wait = new Option<bool>("--wait") { Description = "Until the run has ended and its version is validated, or the time is up" };
        var timeout = Duration.Option("--timeout", "How long to wait", bound);
        var command = new Command("train", "Start a training run") { pipeline, data, parameters, why, wait, timeout };
        ledger.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(data) is not null && result.Children.Any(child => child is OptionResult { Implicit: false, Option.Name: "--from-ledger" }))
                result.AddError("Either --data or --from-ledger.");
        });
        command.Subcommands.Add(Cancel(client));
        command.Subcommands.Add(TrialCommands.Show(client));
        command.Subcommands.Add(TrialCommands.List(client));
        return client.Runs(command, async (parsed, session, ct) =>
        {
            var name = parsed.GetRequiredValue(pipeline);
            var (changes, reason) = (Overrides(parsed.GetValue(parameters)!), parsed.GetValue(why));
            var run = ledger.IsAskedFor(parsed)
                ? await StartOnAsync(session.Graph, name, await ledger.FreezeAsync(session, name, parsed, ct), changes, reason, ct)
                : await StartAsync(session.Graph, name, parsed.GetValue(data), changes, ct, reason);
            if (!parsed.GetValue(wait))
                return View(run, ExitCode.Done);
            var ended = await WaitAsync(session, name, run["id"].Text(), parsed.GetValue(timeout), ct);
            return View(ended, Code(ended));
        });
    }

    public static async Task<JsonObject> StartAsync(GraphClient graph, string pipeline, VersionName? data, JsonObject? parameters, CancellationToken ct, string? why = null) =>
        await StartOnAsync(graph, pipeline, data is null ? null : await NumberAsync(graph, pipeline, data, ct), parameters, why, ct);

    private static async Task<JsonObject> StartOnAsync(GraphClient graph, string pipeline, int? data, JsonObject? parameters, string? why, CancellationToken ct)
    {
        var input = new JsonObject { ["pipeline"] = pipeline };
        if (data is not null)
            input["dataVersion"] = data;
        if (parameters is { Count: > 0 })
            input["parameters"] = parameters;
        if (why is not null)
            input["override"] = why;
        return (await graph.ChangeAsync(Documents.StartTraining, input, ct))["trainingRun"]!.AsObject();
    }

    public static async Task<JsonObject> WaitAsync(Session session, string pipeline, string id, TimeSpan bound, CancellationToken ct) =>
        await Waiting.UntilAsync(session.Screen, $"Training {pipeline}", bound, async () =>
        {
            var now = await ReadAsync(session.Graph, id, ct);
            return now["state"].Text() is "FAILED" or "CANCELLED" || now["state"].Text() is "SUCCEEDED" && IsValidated(now["version"]) ? now : null;
        }, ct) ?? await ReadAsync(session.Graph, id, ct);

    /// <summary>What comes next, as a promotion, would be refused before.</summary>
    private static bool IsValidated(JsonNode? version) => version is null || version["state"].Text() is "READY" or "FAILED";

    public static async Task<JsonObject> ReadAsync(GraphClient graph, string id, CancellationToken ct) =>
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
        "SUCCEEDED" when !IsValidated(run["version"]) => ExitCode.Waiting,
        "SUCCEEDED" => run["version"]?["state"].Text() is "FAILED" ? ExitCode.Failed : ExitCode.Done,
        "FAILED" or "CANCELLED" => ExitCode.Failed,
        _ => ExitCode.Waiting,
    };

    public static Outcome View(JsonObject run, int code)
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
        if (run["evaluation"] is JsonObject evaluation)
            shown["evaluation"] = new JsonObject { ["verdict"] = evaluation["verdict"].Word(), ["reason"] = evaluation["reason"].Copy() };
        return new Outcome(code, shown,
        [
            $"{shown["run"].Text()}  {shown["state"].Text()}  {shown["failure"].Text()}".TrimEnd(),
            .. run["version"] is { } version ? [$"  version  {version["model"]!["name"].Text()}@{version["number"].Text()}"] : Array.Empty<string>(),
            .. shown["evaluation"] is { } judged ? [$"  against the champion: {judged["verdict"].Text()}, {judged["reason"].Text()}"] : Array.Empty<string>(),
            .. shown["metrics"]!.AsObject().Select(metric => $"  {metric.Key} = {metric.Value.Text()}"),
        ]);
    }

    // A value that reads as JSON is given as such: --param folds=3, --param lambdas=[0.1,1].
    private static JsonObject Overrides(IEnumerable<KeyValuePair<string, string>> given) => new(given.Select(pair => KeyValuePair.Create(pair.Key, JsonValues.Parse(pair.Value))));
}
