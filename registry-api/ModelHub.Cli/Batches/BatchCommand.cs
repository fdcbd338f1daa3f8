using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Artifacts;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Terminal;
using ModelHub.Cli.Versions;

namespace ModelHub.Cli.Batches;

/// <summary><c>batch MODEL@V --input … --output …</c>, and <c>batch show | list | cancel</c>.</summary>
internal static class BatchCommand
{
    private static readonly TimeSpan bound = TimeSpan.FromHours(1);

    public static Command Create(Client client)
    {
        var version = VersionName.Argument("MODEL@V", "Which version");
        var input = new Option<string>("--input") { Description = "The rows: a .csv, .parquet or .jsonl file, or a data version", HelpName = "FILE|DATASET@N", Required = true };
        var output = new Option<string?>("--output") { Description = "A file to write, or the dataset that gets the output; else MODEL.predictions", HelpName = "FILE|DATASET" };
        var asked = new BatchFlags();
        var wait = new Option<bool>("--wait") { Description = "Until the run has ended, or the time is up; a file is always waited for" };
        var timeout = Duration.Option("--timeout", "How long to wait", bound);
        var command = new Command("batch", "Run a version over all rows of some data") { version, input, output, wait, timeout };
        asked.AddTo(command);
        foreach (var part in BatchRunCommands.Create(client))
            command.Subcommands.Add(part);
        return client.Runs(command, async (parsed, session, ct) =>
        {
            var wanted = parsed.GetRequiredValue(version);
            var target = parsed.GetValue(output) is { } named ? BatchTarget.Of(named, parsed.GetValue(asked.Format)) : new BatchTarget(null, null, parsed.GetValue(asked.Format)?.ToUpperInvariant());
            var request = asked.Input(parsed);
            (request["model"], request["version"], request["output"], request["format"]) = (wanted.Name, wanted.Number, target.Dataset, target.Format);
            await AddSourceAsync(session, parsed.GetRequiredValue(input), request, ct);
            var id = (await session.Graph.ChangeAsync(Documents.RunBatch, request, ct))["batchRun"]!["id"].Text();
            if (!parsed.GetValue(wait) && target.File is null)
                return BatchView.Outcome(await BatchView.ReadAsync(session.Graph, id, ct), ExitCode.Done);
            var run = await WaitAsync(session, id, $"{wanted}", parsed.GetValue(timeout), ct);
            if (target.File is { } file && BatchView.Code(run) == ExitCode.Done)
                await SaveAsync(session, run, file, ct);
            return BatchView.Outcome(run, BatchView.Code(run));
        });
    }

    /// <summary>A file that is there is uploaded; else the name is that of a data version.</summary>
    private static async Task AddSourceAsync(Session session, string input, JsonObject request, CancellationToken ct)
    {
        if (!File.Exists(input) && VersionName.TryParse(input) is { } data)
            request["data"] = new JsonObject { ["dataset"] = data.Name, ["version"] = data.Number };
        else
            request["file"] = new JsonObject { ["path"] = Path.GetFileName(input), ["digest"] = await new Upload(session.Graph.Http, session.Screen).SendAsync(input, ct) };
    }

    private static async Task<JsonObject> WaitAsync(Session session, string id, string title, TimeSpan bound, CancellationToken ct)
    {
        using var bar = new ProgressBar(session.Screen, title);
        var now = new JsonObject();
        return await Waiting.UntilAsync(bound, async () =>
        {
            now = await BatchView.ReadAsync(session.Graph, id, ct);
            return BatchView.HasEnded(now) ? now : null;
        }, _ => bar.Report(BatchView.Share(now), BatchView.Progress(now)), ct) ?? await BatchView.ReadAsync(session.Graph, id, ct);
    }

    private static async Task SaveAsync(Session session, JsonObject run, string path, CancellationToken ct)
    {
        var file = run["output"]?["files"]?[0] ?? throw new BrokenWorldException("The output cannot be read by this token: it may not see the dataset.");
        await new Download(session.Graph.Http, session.Screen).ReceiveAsync(file["digest"].Text(), file["size"].Whole(), path, ct);
    }
}
