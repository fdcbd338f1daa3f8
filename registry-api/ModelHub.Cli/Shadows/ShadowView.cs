using System.Globalization;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Shadows;

/// <summary>A shadow test as the command line shows it, and what its state means for a script.</summary>
internal static class ShadowView
{
    public static async Task<JsonObject> ReadAsync(GraphClient graph, string id, CancellationToken ct) =>
        (await graph.QueryAsync(Documents.ReadShadowTest, new { id }, ct))["shadowTest"] as JsonObject ?? throw Missing.Of("ShadowTest", id);

    public static bool HasEnded(JsonObject test) => test["state"].Text() is not ("PLACING" or "RUNNING");

    public static int Code(JsonObject test) => test["state"].Text() switch
    {
        "PASSED" => ExitCode.Done,
        "FAILED" or "STOPPED" => ExitCode.Failed,
        _ => ExitCode.Waiting,
    };

    public static Outcome Outcome(JsonObject test, int code) => new(code, Document(test), Lines(test));

    private static JsonObject Document(JsonObject test) => new()
    {
        ["id"] = test["id"].Copy(),
        ["state"] = test["state"].Word(),
        ["verdict"] = test["verdict"] is null ? null : test["verdict"].Word(),
        ["reason"] = test["reason"].Copy(),
        ["findings"] = test["findings"].Copy(),
        ["report"] = test["report"].Copy(),
    };

    private static string[] Lines(JsonObject test)
    {
        var report = test["report"]!;
        return
        [
            $"{test["version"]?["model"]?["name"].Text()}@{test["version"]?["number"].Text()} against @{test["against"]?["number"].Text()} in {test["endpoint"]?["environment"]?["name"].Text()}: "
                + test["state"].Word() + (test["reason"].Text() is { Length: > 0 } reason ? $" ({reason})" : ""),
            $"  shadow test {test["id"].Text()}",
            $"  {report["compared"].Text()} compared, {report["candidateFailed"].Text()} failed by the candidate alone, {report["primaryFailed"].Text()} by the primary alone, {report["dropped"].Text()} dropped",
            $"  {report["differentRows"].Text()} of {report["rows"].Text()} rows differ{Percent(report["differenceRate"])}",
            .. test["findings"].Items().Select(finding => $"  {finding["verdict"].Word(),-12} {finding["name"].Text()}: {finding["reason"].Text()}"),
            .. report["outputs"].Items().Select(Output),
            .. report["segments"].Items().Select(s => $"  {s["value"].Text()}: {s["differentRows"].Text()} of {s["rows"].Text()} rows differ, {s["flips"].Text()} in class"),
            $"  p50 {Ms(report["latency"]?["primaryP50Ms"])} → {Ms(report["latency"]?["candidateP50Ms"])}, p99 {Ms(report["latency"]?["primaryP99Ms"])} → {Ms(report["latency"]?["candidateP99Ms"])}",
        ];
    }

    private static string Output(JsonObject output) =>
        $"  {output["name"].Text()}: {output["different"].Text()} of {output["values"].Text()} values differ"
        + (output["classified"].Whole() > 0 ? $", {output["flips"].Text()} of {output["classified"].Text()} in class{Percent(output["flipRate"])}" : "")
        + (output["rankCorrelation"] is { } rho ? Invariant($", rank correlation {rho.GetValue<double>():0.####}") : "")
        + (output["maxDifference"]?.GetValue<double>() is > 0 and var most ? Invariant($", at most {most:0.######}") : "");

    private static string Percent(JsonNode? rate) => rate is null ? "" : Invariant($" ({rate.GetValue<double>() * 100:0.##} %)");

    private static string Ms(JsonNode? ms) => ms is null ? "—" : Invariant($"{ms.GetValue<double>():0.##} ms");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
