using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Artifacts;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Data;

/// <summary><c>data register</c>: uploads files as a new version of a dataset, which is made at its first version.</summary>
internal static class RegisterData
{
    private static readonly TimeSpan bound = TimeSpan.FromMinutes(30);

    public static Command Create(Client client)
    {
        var dataset = new Argument<string>("DATASET");
        var files = new Option<string[]>("--file") { Description = "One or more files of the version", HelpName = "PATH…", Required = true, AllowMultipleArgumentsPerToken = true };
        var wait = new Option<bool>("--wait") { Description = "Until the profile is there" };
        return client.Runs(new Command("register", "Upload files as a new version of a dataset") { dataset, files, wait }, (parsed, session, ct) =>
            RegisterAsync(session, parsed.GetRequiredValue(dataset), parsed.GetRequiredValue(files), parsed.GetValue(wait), ct));
    }

    public static async Task<Outcome> RegisterAsync(Session session, string dataset, string[] files, bool wait, CancellationToken ct)
    {
        var names = files.Select(file => Path.GetFileName(file)!).ToList();
        if (names.Distinct().Count() < names.Count)
            throw new BrokenWorldException("Two of the files have the same name, by which the data version tells them apart.");
        var upload = new Upload(session.Graph.Http, session.Screen);
        var stored = new JsonArray();
        foreach (var file in files)
            stored.Add(new JsonObject { ["path"] = Path.GetFileName(file), ["digest"] = await upload.SendAsync(file, ct) });
        var number = await RegisterAsync(session.Graph, dataset, stored, ct);
        return await ShowAsync(session, dataset, number, wait, ct);
    }

    private static async Task<int> RegisterAsync(GraphClient graph, string dataset, JsonArray files, CancellationToken ct)
    {
        JsonObject Input() => new() { ["dataset"] = dataset, ["files"] = files.DeepClone() };
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

    private static async Task<Outcome> ShowAsync(Session session, string dataset, int number, bool wait, CancellationToken ct)
    {
        async Task<JsonObject> Look() => (await session.Graph.QueryAsync(Documents.ReadDataVersionState, new { dataset, version = number }, ct))["dataVersion"]!.AsObject();
        var found = !wait
            ? await Look()
            : await Waiting.UntilAsync(session.Screen, $"Profiling {dataset}@{number}", bound, async () =>
            {
                var now = await Look();
                return now["state"].Text() is "READY" or "FAILED" ? now : null;
            }, ct);
        var shown = new JsonObject
        {
            ["dataset"] = dataset,
            ["version"] = number,
            ["digest"] = found?["digest"].Copy(),
            ["rows"] = found?["rowCount"].Copy(),
            ["profile"] = found?["profile"].Copy(),
        };
        if (found is null)
            return new Outcome(ExitCode.Waiting, shown, $"{dataset}@{number} is still being profiled.");
        if (found["state"].Text() != "FAILED")
            return Outcome.Done(shown, [$"{dataset}@{number}  {found["state"].Word()}  {found["rowCount"].Text()} rows", .. found["profile"]?["columns"].Items().Select(DataCommands.Describe) ?? []]);
        shown["failure"] = found["failure"].Copy();
        session.Screen.Note($"{dataset}@{number} failed: {found["failure"].Text()}");
        return new Outcome(ExitCode.Failed, shown);
    }
}
