using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Versions;

/// <summary><c>version quantize MODEL@V</c>: a new version with 8-bit weights, and what that gained and cost.</summary>
internal static class QuantizeCommand
{
    private static readonly TimeSpan bound = TimeSpan.FromMinutes(10);

    public static Command Create(Client client)
    {
        var version = VersionName.Argument("MODEL@V", "Which version");
        var key = new Option<string?>("--idempotency-key") { Description = "A retry with the same key asks for nothing twice", HelpName = "K" };
        return client.Runs(new Command("quantize", "Make a version with 8-bit weights of MatMul and Gemm, and wait until it is ready") { version, key }, async (parsed, session, ct) =>
        {
            var from = parsed.GetRequiredValue(version);
            var input = new JsonObject { ["model"] = from.Name, ["version"] = from.Number };
            input.AddGiven("idempotencyKey", parsed.GetValue(key));
            var operation = (await session.Graph.ChangeAsync(Documents.QuantizeVersion, input, ct))["operation"]!["id"].Text();
            var ended = await Waiting.UntilAsync(session.Screen, $"Quantising {from}", bound, async () => Ended(await ReadAsync(session, operation, from, ct)), ct);
            return Shown(session, from, ended);
        });
    }

    private static async Task<JsonObject> ReadAsync(Session session, string operation, VersionName from, CancellationToken ct) =>
        await session.Graph.QueryAsync(Documents.ReadVariant, new { id = operation, model = from.Name, version = from.Number }, ct);

    /// <summary>The failure of the operation, or the variant once it was validated; null while there is neither.</summary>
    private static JsonObject? Ended(JsonObject read)
    {
        var operation = read["node"]!;
        if (operation["state"].Text() is "FAILED" or "CANCELLED")
            return new JsonObject { ["failure"] = operation["failure"].Copy() ?? "it was cancelled" };
        var made = read["version"]!["derived"]!["nodes"].Items().FirstOrDefault(IsVariant);
        return operation["state"].Text() == "SUCCEEDED" && made?["state"].Text() is "READY" or "FAILED" ? made!.DeepClone().AsObject() : null;
    }

    // A version that was trained on from this one has it for a parent too.
    private static bool IsVariant(JsonNode? derived) => derived!["parameters"].ToMap("name", "value").ContainsKey("quantization");

    private static Outcome Shown(Session session, VersionName from, JsonObject? ended)
    {
        if (ended is null)
            return new Outcome(ExitCode.Waiting, new() { ["model"] = from.Name, ["from"] = from.Number, ["state"] = "running" }, $"{from} is still being quantised.");
        var metrics = ended["metrics"]?.ToMap("name", "value");
        var shown = new JsonObject
        {
            ["model"] = from.Name,
            ["from"] = from.Number,
            ["version"] = ended["number"].Copy(),
            ["state"] = ended["state"] is null ? "failed" : ended["state"].Word(),
            ["digest"] = ended["digest"].Copy(),
            ["metrics"] = metrics,
        };
        if (ended["state"].Text() == "READY")
            return Outcome.Done(shown, [$"{from.Name}@{ended["number"].Text()} is ready.", .. metrics!.AsObject().Select(m => $"  {m.Key} = {m.Value.Text()}")]);
        shown["failure"] = ended["failure"].Copy();
        session.Screen.Note($"{from} was not quantised: {ended["failure"].Text()}");
        return new Outcome(ExitCode.Failed, shown);
    }
}
