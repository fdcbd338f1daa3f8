using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Artifacts;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Terminal;

namespace ModelHub.Cli.Data;

/// <summary><c>data register</c>: uploads files as a new version of a dataset, which is made at its first version.</summary>
internal static class RegisterData
{
    private static readonly TimeSpan bound = TimeSpan.FromMinutes(30);

    public static Command Create(Client client)
    {
        var dataset = new Argument<string>("DATASET");
        var files = new Option<string[]>("--file") { Description = "One or more files of the version: CSV, Parquet or JSON lines, here or in a bucket (s3://BUCKET/KEY, or s3://BUCKET/PREFIX/ for all below it)", HelpName = "PATH…", Required = true, AllowMultipleArgumentsPerToken = true };
        var wait = new Option<bool>("--wait") { Description = "Until the profile is there" };
        var refuse = new Option<bool>("--refuse-same") { Description = "Refuse files that are a version of the dataset already" };
        return client.Runs(new Command("register", "Upload files as a new version of a dataset") { dataset, files, wait, refuse }, (parsed, session, ct) =>
            RegisterAsync(session, parsed.GetRequiredValue(dataset), parsed.GetRequiredValue(files), parsed.GetValue(wait), ct, parsed.GetValue(refuse)));
    }

    public static async Task<Outcome> RegisterAsync(Session session, string dataset, string[] files, bool wait, CancellationToken ct, bool refuseSame = false)
    {
        var upload = new Upload(session.Graph.Http, session.Screen);
        CheckNames(files.Where(file => !IsInBucket(file)).Select(Path.GetFileName));
        var stored = new JsonArray();
        foreach (var file in files)
            if (IsInBucket(file))
                foreach (var (name, digest, source) in await new S3Source(session.Screen).SendAsync(file, upload, ct))
                    stored.Add(new JsonObject { ["path"] = name, ["digest"] = digest, ["source"] = source });
            else
                stored.Add(new JsonObject { ["path"] = Path.GetFileName(file), ["digest"] = await upload.SendAsync(file, ct) });
        CheckNames(stored.Select(file => file!["path"].Text()));
        var number = await RegisterAsync(session.Graph, dataset, stored, refuseSame, ct);
        return await ShowAsync(session, dataset, number, wait, ct);
    }

    private static bool IsInBucket(string file) => file.StartsWith(S3Source.Scheme, StringComparison.Ordinal);

    private static void CheckNames(IEnumerable<string?> names)
    {
        if (names.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new BrokenWorldException($"Two of the files are called {twice.Key}; a data version tells its files apart by name.");
    }

    private static async Task<int> RegisterAsync(GraphClient graph, string dataset, JsonArray files, bool refuseSame, CancellationToken ct)
    {
        JsonObject Input() => new() { ["dataset"] = dataset, ["files"] = files.DeepClone(), ["ifSame"] = refuseSame ? "REFUSE" : "REGISTER" };
        JsonObject payload;
        try
        {
            payload = await graph.ChangeAsync(Documents.RegisterDataVersion, Input(), ct);
        }
        catch (RefusedException refused) when (refused.Refusal.Name == "DatasetNotFound")
        {
            await graph.ChangeAsync(Documents.CreateDataset, new() { ["name"] = dataset }, ct);
            payload = await graph.ChangeAsync(Documents.RegisterDataVersion, Input(), ct);
        }

        return payload["dataVersion"]!["number"]!.GetValue<int>();
    }

    /// <summary>Null when the bound passed first. The bar shows how far the profile is.</summary>
    private static async Task<JsonObject?> ProfiledAsync(Session session, string title, Func<Task<JsonObject>> look, CancellationToken ct)
    {
        using var bar = new ProgressBar(session.Screen, title);
        JsonObject? last = null;
        return await Waiting.UntilAsync(bound, async () =>
        {
            last = await look();
            return last["state"].Text() is "READY" or "FAILED" ? last : null;
        }, clock => bar.Report(last?["operation"]?["progress"]?.GetValue<double>() ?? 0, last?["operation"]?["message"].Text() ?? $"{clock.TotalSeconds:0} s"), ct);
    }

    private static async Task<Outcome> ShowAsync(Session session, string dataset, int number, bool wait, CancellationToken ct)
    {
        async Task<JsonObject> Look() => (await session.Graph.QueryAsync(Documents.ReadDataVersionState, new { dataset, version = number }, ct))["dataVersion"]!.AsObject();
        var found = !wait
            ? await Look()
            : await ProfiledAsync(session, $"Profiling {dataset}@{number}", Look, ct);
        var shown = new JsonObject
        {
            ["dataset"] = dataset,
            ["version"] = number,
            ["digest"] = found?["digest"].Copy(),
            ["sameAs"] = found?["sameAs"].Copy(),
            ["rows"] = found?["rowCount"].Copy(),
            ["profile"] = found?["profile"].Copy(),
            ["outcomes"] = found?["outcomes"].Copy(),
        };
        if (found is null)
            return new Outcome(ExitCode.Waiting, shown, $"{dataset}@{number} is still being profiled.");
        if (found["sameAs"] is { } same)
            session.Screen.Note($"These files are {dataset}@{same.Text()} already.");
        if (found["state"].Text() != "FAILED")
            return Outcome.Done(shown, [$"{dataset}@{number}  {found["state"].Word()}  {found["rowCount"].Text()} rows", .. found["profile"]?["columns"].Items().Select(DataCommands.Describe) ?? [], .. DescribeOutcomes.Of(found["outcomes"])]);
        shown["failure"] = found["failure"].Copy();
        session.Screen.Note($"{dataset}@{number} failed: {found["failure"].Text()}");
        return new Outcome(ExitCode.Failed, shown, [.. DescribeOutcomes.Of(found["outcomes"])]);
    }
}
