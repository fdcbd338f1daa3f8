using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Training;
using ModelHub.Cli.Versions;

namespace ModelHub.Cli.Demo;

/// <summary>A version as it came out of training, with the trainer's own answers on applications it never saw.</summary>
internal sealed record TrainedVersion(int Number, double Auc, IReadOnlyList<KnownAnswer> Answers)
{
    private const string PredictionsTag = "predictions";
    private static readonly TimeSpan bound = TimeSpan.FromMinutes(5);

    public static async Task<TrainedVersion> TrainAsync(Session session, Cast cast, int data, JsonObject figures, CancellationToken ct)
    {
        var started = await TrainCommand.StartAsync(cast.Scientist, cast.Pipeline, new VersionName(cast.Dataset, data), null, ct);
        var run = await TrainCommand.WaitAsync(session with { Graph = cast.Scientist }, cast.Pipeline, started["id"].Text(), bound, ct);
        if (run["state"].Text() != "SUCCEEDED")
            throw new StepFailedException($"The training run is {run["state"].Word()}: {run["failure"].Text()}");
        var number = run["version"]!["number"]!.GetValue<int>();
        var version = await ReadyAsync(session, cast, number, ct);
        var metrics = version["metrics"].ToMap("name", "value");
        figures["version"] = number;
        foreach (var (name, value) in metrics)
            figures[name] = Math.Round(value!.GetValue<double>(), 4);
        return new TrainedVersion(number, metrics["auc"]!.GetValue<double>(), await AnswersAsync(cast, version, ct));
    }

    private static async Task<JsonObject> ReadyAsync(Session session, Cast cast, int number, CancellationToken ct)
    {
        var version = await Waiting.UntilAsync(session.Screen, $"Validating {cast.Model}@{number}", bound, async () =>
        {
            var now = (await cast.Scientist.QueryAsync(Documents.ReadTrainedVersion, new { model = cast.Model, version = number }, ct))["version"]!.AsObject();
            return now["state"].Text() is "READY" or "FAILED" ? now : null;
        }, ct);
        return version?["state"].Text() == "READY"
            ? version
            : throw new StepFailedException($"{cast.Model}@{number} is not ready: {version?["failure"].Text() ?? "still being validated"}");
    }

    private static async Task<IReadOnlyList<KnownAnswer>> AnswersAsync(Cast cast, JsonObject version, CancellationToken ct)
    {
        var digest = version["tags"].ToMap("key", "value")[PredictionsTag].Text();
        if (!digest.StartsWith("sha256:", StringComparison.Ordinal))
            throw new StepFailedException("The trained version does not name the trainer's predictions.");
        var csv = await cast.Scientist.Http.GetStringAsync(new Uri($"api/v1/artifacts/sha256/{digest["sha256:".Length..]}", UriKind.Relative), ct);
        return KnownAnswers.Read(csv, version["signature"]!["inputs"].Items().ToDictionary(input => input["name"].Text(), input => input["datatype"].Text()));
    }
}
