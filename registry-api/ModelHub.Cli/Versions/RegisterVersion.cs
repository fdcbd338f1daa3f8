using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Artifacts;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Versions;

/// <summary><c>version register</c>: uploads, registers, and waits until the registry has verified the artifact.</summary>
internal static class RegisterVersion
{
    private static readonly TimeSpan bound = TimeSpan.FromMinutes(10);

    public static Command Create(Client client)
    {
        var model = new Argument<string>("MODEL");
        var file = new Option<string>("--file") { Description = "The artifact", HelpName = "PATH", Required = true };
        var format = new Option<string>("--format") { Description = "What the artifact is", HelpName = "FORMAT", DefaultValueFactory = _ => "onnx" };
        var data = VersionName.Options("--data", "DATASET@N", "What it was trained on; may be repeated");
        var metrics = Pairs.Numbers("--metric", "May be repeated");
        var parameters = Pairs.Texts("--param", "May be repeated");
        var tags = Pairs.Texts("--tag", "May be repeated");
        var commit = new Option<string?>("--commit") { Description = "Commit of the training code", HelpName = "SHA" };
        var signature = new Option<FileInfo?>("--signature") { Description = "JSON with inputs and outputs, for a format that does not tell them", HelpName = "PATH" };
        var run = new Option<string?>("--run") { Description = "Page of the training run", HelpName = "URL" };
        var command = new Command("register", "Upload an artifact as a new version and wait until it is ready") { model, file, format, data, metrics, parameters, tags, commit, run, signature };
        return client.Runs(command, async (parsed, session, ct) =>
        {
            var digest = await new Upload(session.Graph.Http, session.Screen).SendAsync(parsed.GetRequiredValue(file), ct);
            var input = new JsonObject
            {
                ["model"] = parsed.GetRequiredValue(model),
                ["digest"] = digest,
                ["format"] = parsed.GetRequiredValue(format),
                ["metrics"] = Pairs.ToNumberInput(parsed.GetValue(metrics)!),
                ["parameters"] = Pairs.ToInput(parsed.GetValue(parameters)!, "name"),
                ["tags"] = Pairs.ToInput(parsed.GetValue(tags)!),
                ["dataVersions"] = new JsonArray([.. (parsed.GetValue(data) ?? []).Select(used => new JsonObject { ["dataset"] = used.Name, ["version"] = used.Number })]),
            };
            input.AddGiven("commit", parsed.GetValue(commit));
            input.AddGiven("runUrl", parsed.GetValue(run));
            if (parsed.GetValue(signature) is { } declared)
                input["signature"] = await DeclaredAsync(declared, ct);
            return await RegisterAsync(session, input, ct);
        });
    }

    private static async Task<JsonNode?> DeclaredAsync(FileInfo file, CancellationToken ct)
    {
        try
        {
            return JsonNode.Parse(await File.ReadAllBytesAsync(file.FullName, ct));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
        {
            throw new BrokenWorldException($"{file} holds no signature: {e.Message}");
        }
    }

    public static async Task<Outcome> RegisterAsync(Session session, JsonObject input, CancellationToken ct)
    {
        var model = input["model"].Text();
        var number = (await session.Graph.ChangeAsync(Documents.RegisterVersion, input, ct))["version"]!["number"]!.GetValue<int>();
        var version = await Waiting.UntilAsync(session.Screen, $"Validating {model}@{number}", bound, async () =>
        {
            var found = (await session.Graph.QueryAsync(Documents.ReadVersionState, new { model, version = number }, ct))["version"]!.AsObject();
            return found["state"].Text() is "READY" or "FAILED" ? found : null;
        }, ct);
        if (version is null)
            return new Outcome(ExitCode.Waiting, new() { ["model"] = model, ["version"] = number, ["state"] = "validating" }, $"{model}@{number} is still being validated.");
        var shown = new JsonObject
        {
            ["model"] = model,
            ["version"] = number,
            ["state"] = version["state"].Word(),
            ["digest"] = version["digest"].Copy(),
            ["signature"] = version["signature"].Copy(),
        };
        if (version["state"].Text() == "READY")
            return Outcome.Done(shown, [$"{model}@{number} is ready.", .. VersionCommands.Tensors("input", version["signature"]?["inputs"]), .. VersionCommands.Tensors("output", version["signature"]?["outputs"])]);
        shown["failure"] = version["failure"].Copy();
        session.Screen.Note($"{model}@{number} failed: {version["failure"].Text()}");
        return new Outcome(ExitCode.Failed, shown);
    }
}
