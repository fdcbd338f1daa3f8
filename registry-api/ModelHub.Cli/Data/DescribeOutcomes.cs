using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Data;

/// <summary>What became of the rules of a dataset in one version, a line each; a broken one with the rows that break it.</summary>
internal static class DescribeOutcomes
{
    public static IEnumerable<string> Of(JsonNode? outcomes) => outcomes.Items().SelectMany(Of);

    private static IEnumerable<string> Of(JsonObject outcome) =>
    [
        $"  {Word(outcome),-8} {outcome["rule"].Text(),-8} {outcome["says"].Text()}",
        .. outcome["examples"].Items().Select(row => $"             {Where(row)}{string.Join(", ", row["values"]!.AsObject().Take(6).Select(value => $"{value.Key}={(value.Value is null ? "missing" : value.Value.Text())}"))}"),
    ];

    private static string Word(JsonObject outcome) =>
        outcome["held"]!.GetValue<bool>() ? "held" : outcome["breach"].Text() == "REFUSE" ? "refused" : "flagged";

    private static string Where(JsonObject row)
    {
        var count = row["count"]!.GetValue<long>();
        var times = count > 1 ? $"{count} rows: " : "";
        return row["row"] is null ? times : $"row {row["row"].Text()}{(count > 1 ? $", {times}" : ": ")}";
    }
}
