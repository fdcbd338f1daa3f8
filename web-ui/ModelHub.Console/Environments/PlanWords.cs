using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelHub.Console.Environments;

/// <summary>A rollout plan, by name or as its document, in words.</summary>
internal static class PlanWords
{
    private static readonly (string Name, string Words, string Unit)[] limits =
    [
        ("maxErrorRate", "errors at most", "%"), ("maxErrorRateOverPrimary", "errors above the live version's by at most", "%"), ("maxP50Ms", "p50 at most", "ms"), ("maxP99Ms", "p99 at most", "ms"),
        ("maxP50Ratio", "p50 in terms of the live version's at most", ""), ("maxP99Ratio", "p99 in terms of the live version's at most", ""), ("maxPredictionShift", "predictions shifted by at most", ""),
        ("minAgreement", "agreement at least", "%"), ("minQuality", "quality by labels at least", ""), ("maxQualityDrop", "quality below the live version's by at most", ""),
    ];

    /// <summary>Whether it is a plan's document.</summary>
    public static bool IsPlan(JsonObject fields) => fields["stages"] is JsonArray;

    public static string Of(JsonElement? plan) => plan switch
    {
        { ValueKind: JsonValueKind.String } name => Named(name.GetString()!),
        { ValueKind: JsonValueKind.Object } document => Document(document),
        _ => "all traffic at once, unless the request names a plan",
    };

    public static IEnumerable<string> Limits(IEnumerable<KeyValuePair<string, decimal?>> given) =>
        from limit in given
        where limit.Value is not null
        let known = limits.FirstOrDefault(l => l.Name == limit.Key)
        select known.Name is null ? $"{limit.Key} {Number(limit.Value!.Value)}" : known.Unit == "%" ? $"{known.Words} {Number(100 * limit.Value!.Value)} %" : $"{known.Words} {Number(limit.Value!.Value)} {known.Unit}".TrimEnd();

    private static string Named(string name) => name == "blue-green" ? "blue-green: all traffic at once" : name;

    private static string Document(JsonElement document)
    {
        var stages = document.TryGetProperty("stages", out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Select(Stage) : [];
        return $"{Text(document, "name")}: {string.Join(", then ", stages)}";
    }

    private static string Stage(JsonElement stage) => Text(stage, "stage") switch
    {
        "shadow" => $"copies of {Text(stage, "percent")} % compared",
        "canary" => $"{Text(stage, "weight")} % for {Spans.Words(Text(stage, "hold"))} or more",
        "live" => "all traffic",
        var other => other,
    };

    private static string Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) ? value.ToString() : "?";

    /// <summary>As it was written, without an exponent.</summary>
    public static string Number(decimal number) => number.ToString("0.############", CultureInfo.InvariantCulture);
}
