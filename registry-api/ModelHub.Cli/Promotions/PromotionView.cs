using System.Globalization;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Promotions;

/// <summary>A promotion as the command line shows it, and what its state means for a script.</summary>
internal static class PromotionView
{
    public static async Task<JsonObject> ReadAsync(GraphClient graph, string id, CancellationToken ct) =>
        (await graph.QueryAsync(Documents.ReadPromotion, new { id }, ct))["promotion"] as JsonObject ?? throw Missing.Of("Promotion", id);

    public static bool HasEnded(JsonObject promotion) =>
        promotion["state"].Text() is "LIVE" or "REFUSED" or "REJECTED" or "ABORTED" or "ROLLED_BACK" or "FAILED";

    /// <summary>Nothing more happens by itself: it has ended, or a stage was inconclusive when its time was up and waits for a person.</summary>
    public static bool IsAtRest(JsonObject promotion) => HasEnded(promotion) || promotion["held"]?.GetValue<bool>() == true;

    public static int Code(JsonObject promotion) => promotion["state"].Text() switch
    {
        "LIVE" => ExitCode.Done,
        "REFUSED" or "REJECTED" => ExitCode.Refused,
        "ROLLED_BACK" => ExitCode.RolledBack,
        "ABORTED" or "FAILED" => ExitCode.Failed,
        _ => ExitCode.Waiting,
    };

    public static Outcome Outcome(JsonObject promotion, int code) => new(code, Document(promotion), Lines(promotion));

    private static JsonObject Document(JsonObject promotion) => new()
    {
        ["promotion"] = promotion["id"].Copy(),
        ["state"] = promotion["state"].Word(),
        ["reason"] = promotion["reason"].Copy(),
        ["verdicts"] = new JsonArray([.. promotion["gates"].Items().Select(Gate), .. promotion["verdicts"].Items().Select(Stage)]),
        ["stages"] = new JsonArray([.. promotion["stages"].Items().Select(stage => new JsonObject
        {
            ["stage"] = stage["kind"].Copy(),
            ["weight"] = stage["weight"].Copy(),
            ["outcome"] = stage["outcome"].Word(),
            ["reason"] = stage["reason"].Copy(),
            ["by"] = stage["by"].Copy(),
        })]),
        ["timeToLiveMs"] = promotion["timeToLiveMs"].Copy(),
    };

    private static JsonObject Gate(JsonObject gate) => new()
    {
        ["gate"] = gate["gate"].Copy(),
        ["verdict"] = gate["verdict"].Word(),
        ["reason"] = gate["reason"].Copy(),
    };

    /// <summary>Of a stage of the plan, from 0, or of the watch.</summary>
    private static JsonObject Stage(JsonObject judged) => new()
    {
        ["stage"] = judged["stage"] is null ? JsonValue.Create("watch") : judged["stage"].Copy(),
        ["verdict"] = judged["verdict"].Word(),
        ["reason"] = judged["reason"].Copy(),
        ["samples"] = judged["samples"].Copy(),
        ["primarySamples"] = judged["primarySamples"].Copy(),
        ["findings"] = judged["findings"].Copy(),
    };

    private static string Place(JsonNode? stage) => stage is null ? "watch" : $"stage {stage.Whole() + 1}";

    private static string Standing(JsonObject promotion) =>
        promotion["reason"].Text() is { Length: > 0 } reason ? $"{promotion["state"].Word()} ({reason})" : promotion["state"].Word() ?? "";

    private static string[] Lines(JsonObject promotion) =>
    [
        $"{promotion["version"]?["model"]?["name"].Text()}@{promotion["version"]?["number"].Text()} → {promotion["environment"]?["name"].Text()}: {Standing(promotion)}",
        $"  promotion {promotion["id"].Text()}",
        .. promotion["gates"].Items().Select(gate => $"  {gate["verdict"].Word(),-12} {gate["gate"].Text()}: {gate["reason"].Text()}"),
        .. promotion["verdicts"].Items().Select(judged => $"  {judged["verdict"].Word(),-12} {Place(judged["stage"])}: {judged["reason"].Text()}"),
        .. promotion["stages"].Items().Where(stage => stage["outcome"].Text() == "SKIPPED").Select(stage => $"  skipped      stage {stage["index"].Whole() + 1}, by {stage["by"].Text()}"),
        .. promotion["timeToLiveMs"] is { } took ? [string.Create(CultureInfo.InvariantCulture, $"  live after {took.GetValue<double>():0} ms")] : Array.Empty<string>(),
    ];
}
