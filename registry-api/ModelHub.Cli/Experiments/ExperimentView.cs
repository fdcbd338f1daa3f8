using System.Globalization;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Experiments;

/// <summary>An experiment as the command line shows it, and what its state means for a script.</summary>
internal static class ExperimentView
{
    public static async Task<JsonObject> ReadAsync(GraphClient graph, string id, CancellationToken ct) =>
        (await graph.QueryAsync(Documents.ReadExperiment, new { id }, ct))["experiment"] as JsonObject ?? throw Missing.Of("Experiment", id);

    public static bool HasEnded(JsonObject experiment) => experiment["state"].Text() is "CONCLUDED" or "STOPPED";

    /// <summary>0: an arm is better than the control; 1: none is, or it was stopped; 3: it runs, or ended undecided.</summary>
    public static int Code(JsonObject experiment) => (experiment["state"].Text(), experiment["verdict"].Text()) switch
    {
        ("CONCLUDED", "PASS") => ExitCode.Done,
        ("CONCLUDED", "FAIL") or ("STOPPED", _) => ExitCode.Failed,
        _ => ExitCode.Waiting,
    };

    public static Outcome Outcome(JsonObject experiment, int code) => new(code, Document(experiment), Lines(experiment));

    private static JsonObject Document(JsonObject experiment) => new()
    {
        ["id"] = experiment["id"].Copy(),
        ["state"] = experiment["state"].Word(),
        ["verdict"] = experiment["verdict"] is null ? null : experiment["verdict"].Word(),
        ["reason"] = experiment["reason"].Copy(),
        ["winner"] = experiment["winner"] is null ? null : new JsonObject { ["name"] = experiment["winner"]!["name"].Copy(), ["version"] = experiment["winner"]!["version"]!["number"].Copy() },
        ["arms"] = new JsonArray([.. experiment["arms"].Items().Select(arm => Arm(experiment, arm))]),
        ["ratios"] = experiment["report"]!["ratios"].Copy(),
    };

    private static JsonObject Arm(JsonObject experiment, JsonObject arm)
    {
        var (totals, compared) = (Of(experiment, "totals", arm), Of(experiment, "comparisons", arm));
        var shown = new JsonObject { ["name"] = arm["name"].Copy(), ["version"] = arm["version"]!["number"].Copy(), ["share"] = arm["share"].Copy() };
        foreach (var field in (string[])["exposed", "measured", "mean", "variance"])
            shown[field] = totals?[field].Copy();
        foreach (var field in (string[])["difference", "low", "high"])
            shown[field] = compared?[field].Copy();
        shown["standing"] = compared is null ? null : compared["standing"].Word();
        return shown;
    }

    private static string[] Lines(JsonObject experiment) =>
    [
        $"{experiment["endpoint"]?["model"]?["name"].Text()} in {experiment["endpoint"]?["environment"]?["name"].Text()}: {experiment["state"].Word()}"
            + (experiment["reason"].Text() is { Length: > 0 } reason ? $" ({reason})" : ""),
        $"  experiment {experiment["id"].Text()}",
        .. experiment["arms"].Items().Select(arm => Line(experiment, arm)),
        .. experiment["report"]!["ratios"].Items().Select(ratio =>
            Invariant($"  shares of {ratio["of"].Text()}: {(ratio["isMismatch"]!.GetValue<bool>() ? "MISMATCH" : "as asked for")}, p {ratio["pValue"]!.GetValue<double>():0.####}")),
    ];

    private static string Line(JsonObject experiment, JsonObject arm)
    {
        var (totals, compared) = (Of(experiment, "totals", arm), Of(experiment, "comparisons", arm));
        return Invariant($"  {arm["name"].Text()} @{arm["version"]?["number"].Text()} {arm["share"]!.GetValue<double>():0.##} %: ")
            + $"{totals?["exposed"].Text()} keys, {totals?["measured"].Text()} with a value"
            + (totals?["mean"] is { } mean ? Invariant($", mean {mean.GetValue<double>():0.#####}") : "")
            + (compared?["difference"] is { } difference
                ? Invariant($", {difference.GetValue<double>():+0.#####;-0.#####;0} in {compared["low"]!.GetValue<double>():0.#####} to {compared["high"]!.GetValue<double>():0.#####}: {compared["standing"].Word()}")
                : "");
    }

    private static JsonObject? Of(JsonObject experiment, string list, JsonObject arm) =>
        experiment["report"]![list].Items().FirstOrDefault(item => item["arm"].Text() == arm["number"].Text());

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
