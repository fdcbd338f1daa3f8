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
        ["verdicts"] = new JsonArray([.. promotion["gates"].Items().Select(gate => new JsonObject
        {
            ["gate"] = gate["gate"].Copy(),
            ["verdict"] = gate["verdict"].Word(),
            ["reason"] = gate["reason"].Copy(),
        })]),
        ["timeToLiveMs"] = promotion["timeToLiveMs"].Copy(),
    };

    private static string Standing(JsonObject promotion) =>
        promotion["reason"].Text() is { Length: > 0 } reason ? $"{promotion["state"].Word()} ({reason})" : promotion["state"].Word() ?? "";

    private static string[] Lines(JsonObject promotion) =>
    [
        $"{promotion["version"]?["model"]?["name"].Text()}@{promotion["version"]?["number"].Text()} → {promotion["environment"]?["name"].Text()}: {Standing(promotion)}",
        $"  promotion {promotion["id"].Text()}",
        .. promotion["gates"].Items().Select(gate => $"  {gate["verdict"].Word(),-12} {gate["gate"].Text()}: {gate["reason"].Text()}"),
        .. promotion["timeToLiveMs"] is { } took ? [$"  live after {took.Text()} ms"] : Array.Empty<string>(),
    ];
}
