using System.Globalization;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Batches;

/// <summary>A batch run as the command line shows it.</summary>
internal static class BatchView
{
    public static async Task<JsonObject> ReadAsync(GraphClient graph, string id, CancellationToken ct) =>
        (await graph.QueryAsync(Documents.ReadBatch, new { id }, ct))["batch"] as JsonObject ?? throw Missing.Of("BatchRun", id);

    public static bool HasEnded(JsonObject run) => run["state"].Text() is "SUCCEEDED" or "FAILED" or "CANCELLED";

    public static int Code(JsonObject run) => run["state"].Text() switch
    {
        "SUCCEEDED" => ExitCode.Done,
        "FAILED" or "CANCELLED" => ExitCode.Failed,
        _ => ExitCode.Waiting,
    };

    public static double Share(JsonObject run) => run["rowsTotal"] is { } total ? run["rowsDone"].Whole() / (double)Math.Max(1, total.Whole()) : 0;

    /// <summary>How far it is and how fast: <c>12000 of 40000 rows, 5210 rows/s</c>.</summary>
    public static string Progress(JsonObject run) => run["rowsTotal"] is null
        ? run["state"].Word()
        : $"{run["rowsDone"].Text()} of {run["rowsTotal"].Text()} rows{(run["rate"] is { } rate ? $", {rate.GetValue<double>().ToString("0", CultureInfo.InvariantCulture)} rows/s" : "")}";

    public static JsonObject Document(JsonObject run) => new()
    {
        ["batch"] = run["id"].Copy(),
        ["state"] = run["state"].Word(),
        ["version"] = Name(run["version"]?["model"], run["version"]),
        ["input"] = Name(run["input"]?["dataset"], run["input"]) ?? run["files"]?[0]?["path"].Text(),
        ["output"] = Name(run["output"]?["dataset"], run["output"]),
        ["rows"] = run["rowsTotal"].Copy(),
        ["done"] = run["rowsDone"].Copy(),
        ["failed"] = run["rowsFailed"].Copy(),
        ["rate"] = run["rate"].Copy(),
        ["failure"] = run["failure"].Copy(),
    };

    public static Outcome Outcome(JsonObject run, int code)
    {
        var shown = Document(run);
        return new Outcome(code, shown,
        [
            $"{shown["batch"].Text()}  {shown["state"].Text()}  {shown["failure"].Text()}".TrimEnd(),
            $"  version  {shown["version"].Text()}",
            $"  input    {shown["input"].Text()}",
            .. shown["output"] is { } output ? [$"  output   {output.Text()}"] : Array.Empty<string>(),
            $"  rows     {Progress(run)}, {shown["failed"].Text()} with an error",
        ]);
    }

    private static string? Name(JsonNode? named, JsonNode? numbered) => named is null ? null : $"{named["name"].Text()}@{numbered!["number"].Text()}";
}
