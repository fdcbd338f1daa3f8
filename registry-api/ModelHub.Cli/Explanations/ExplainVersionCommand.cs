using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Versions;

namespace ModelHub.Cli.Explanations;

/// <summary><c>version explain MODEL@V</c>: how much each column matters to a version.</summary>
internal static class ExplainVersionCommand
{
    private static readonly TimeSpan bound = TimeSpan.FromMinutes(30);
    private static readonly string[] metrics = ["accuracy", "auc", "log-loss", "brier", "rmse", "mae", "r2"];

    public static Command Create(Client client)
    {
        var version = VersionName.Argument("MODEL@V", "Which version");
        var data = VersionName.Option("--data", "DATASET@N", "The rows to measure on; what it was made from, when that is one data version");
        var target = new Option<string?>("--target") { Description = "The column that holds the truth (what its pipeline predicts)", HelpName = "COLUMN" };
        var positive = new Option<string?>("--positive") { Description = "Of two classes the one that counts (the later by name)", HelpName = "CLASS" };
        var metric = new Option<string?>("--metric") { Description = $"What is measured: {string.Join(", ", metrics)}", HelpName = "M" };
        metric.AcceptOnlyFromAmong(metrics);
        var repeats = new Option<int?>("--repeats") { Description = "How often each column is permuted (5)", HelpName = "N" };
        var rows = new Option<int?>("--rows") { Description = "Rows to measure on at most (10000)", HelpName = "N" };
        var seed = new Option<int?>("--seed") { Description = "The same seed gives the same figures (1)", HelpName = "N" };
        var wait = new Option<bool>("--wait") { Description = "Wait for the figures and show them" };
        var key = new Option<string?>("--idempotency-key") { Description = "A retry with the same key asks for nothing twice", HelpName = "K" };
        return client.Runs(new Command("explain", "How much each column matters: what the version loses when its values are dealt to other rows") { version, data, target, positive, metric, repeats, rows, seed, wait, key }, async (parsed, session, ct) =>
        {
            var asked = parsed.GetRequiredValue(version);
            var input = new JsonObject { ["model"] = asked.Name, ["version"] = asked.Number };
            if (parsed.GetValue(data) is { } on)
                input["data"] = new JsonObject { ["dataset"] = on.Name, ["version"] = on.Number };
            input.AddGiven("target", parsed.GetValue(target));
            input.AddGiven("positive", parsed.GetValue(positive));
            input.AddGiven("metric", parsed.GetValue(metric)?.ToUpperInvariant().Replace('-', '_'));
            input.AddGiven("repeats", (JsonNode?)parsed.GetValue(repeats));
            input.AddGiven("maxRows", (JsonNode?)parsed.GetValue(rows));
            input.AddGiven("seed", (JsonNode?)parsed.GetValue(seed));
            input.AddGiven("idempotencyKey", parsed.GetValue(key));
            var id = (await session.Graph.ChangeAsync(Documents.ExplainVersion, input, ct))["versionImportance"]!["id"].Text();
            var read = parsed.GetValue(wait) ? await EndAsync(session, asked, id, ct) : await ReadAsync(session, id, ct);
            return Shown(session, asked, read);
        });
    }

    private static async Task<JsonNode?> ReadAsync(Session session, string id, CancellationToken ct) =>
        (await session.Graph.QueryAsync(Documents.ReadImportance, new { id }, ct))["node"];

    private static Task<JsonNode?> EndAsync(Session session, VersionName version, string id, CancellationToken ct) =>
        Waiting.UntilAsync(session.Screen, $"Measuring {version}", bound, async () =>
        {
            var read = await ReadAsync(session, id, ct);
            return read?["operation"]!["state"].Text() is "SUCCEEDED" or "FAILED" or "CANCELLED" ? read : null;
        }, ct);

    private static Outcome Shown(Session session, VersionName version, JsonNode? read)
    {
        var shown = new JsonObject { ["model"] = version.Name, ["version"] = version.Number, ["operation"] = read?["operation"]?["id"].Copy(), ["state"] = read?["operation"]?["state"].Word() ?? "running" };
        if (shown["state"].Text() is "failed" or "cancelled")
        {
            shown["failure"] = read!["operation"]!["failure"].Copy();
            session.Screen.Note($"{version} was not explained: {shown["failure"].Text()}");
            return new Outcome(ExitCode.Failed, shown);
        }
        if (read?["result"] is not JsonObject result)
            return new Outcome(ExitCode.Waiting, shown, $"{version} is being measured; the same command with --wait shows the figures.");
        shown["data"] = read["dataVersion"] is { } data ? $"{data["dataset"]!["name"].Text()}@{data["number"].Text()}" : null;
        shown["isOfOwnData"] = read["isOfOwnData"].Copy();
        shown["settings"] = read["settings"].Copy();
        foreach (var (name, value) in result)
            shown[name] = value.Copy();
        shown["metric"] = result["metric"].Word();
        return Outcome.Done(shown,
        [
            string.Create(CultureInfo.InvariantCulture, $"{shown["metric"].Text()} is {Number(result["baseline"])} on {result["rows"].Text()} rows; without what a column tells it is worse by"),
            .. result["columns"].Items().Select(column => $"{column["rank"].Text(),4}  {column["column"].Text(),-28} {Number(column["drop"]),10}  ± {Number(column["standardError"])}"),
            .. read["isOfOwnData"]!.GetValue<bool>() ? ["It was made from these data: held-out data may tell something else."] : Array.Empty<string>(),
        ]);
    }

    internal static string Number(JsonNode? node) => node is null ? "-" : node.GetValue<double>().ToString("0.#####", CultureInfo.InvariantCulture);
}
