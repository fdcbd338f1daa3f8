using System.Text.Json;
using ModelHub.Console.Elements;
using ModelHub.Console.Graph;
using ModelHub.Console.Models;

namespace ModelHub.Console.Predictions;

internal static class ListPredictions
{
    public static readonly Operation<ListPredictionsVariables, ListPredictionsData> Operation = new(
        "ListPredictions",
        Documents.ListPredictions,
        GraphJson.Default.GraphRequestListPredictionsVariables,
        GraphJson.Default.GraphResponseListPredictionsData);
}

internal sealed record ListPredictionsVariables(
    string Model, string Environment, int? First, string? After, int? Last, string? Before, bool? Labelled, PredictionFilter? Where);

internal sealed record PredictionFilter(WholeNumberFilter? Version, StateFilter? Outcome, TextFilter? RequestId)
{
    public static PredictionFilter? Of(int? version, string? outcome, string? request) =>
        version is null && outcome is null && request is null
            ? null
            : new(version is { } number ? new(number) : null, outcome is null ? null : new(Eq: outcome), TextFilter.Exactly(request));
}

public sealed record ListPredictionsData(PredictionEndpoint? Endpoint);

public sealed record PredictionEndpoint(LedgerPolicy? Ledger, LedgerTotals LedgerTotals, Connection<PredictionRow> Predictions);

/// <param name="Share">0 to 1.</param>
public sealed record LedgerPolicy(double Share, int PerSecond, int Days, IReadOnlyList<string> Redacted, IReadOnlyList<string> Hashed);

public sealed record LedgerTotals(long Stored, long Lost, long Labels, long PendingLabels);

/// <param name="Inputs">An object per row, or null when left out.</param>
public sealed record PredictionRow(
    string Id, string RequestId, DateTimeOffset At, double LatencyMs, int Status, string Outcome, int Rows, string? Omitted, JsonElement? Inputs, JsonElement? Outputs,
    VersionNumber? Version, IReadOnlyList<PredictionLabel> Labels)
{
    /// <summary>The values of one row, as <c>age 41, income 52000</c>; null when they were not kept.</summary>
    public static string? Words(JsonElement? rows, int row) =>
        rows is { ValueKind: JsonValueKind.Array } all && row < all.GetArrayLength() && all[row].ValueKind == JsonValueKind.Object
            ? string.Join(", ", all[row].EnumerateObject().Select(value => $"{value.Name} {Text(value.Value)}"))
            : null;

    // Labelled numbers, such as probabilities by class, and rows of numbers stand in brackets.
    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => Show.Number(value.GetDouble()),
        JsonValueKind.Object => $"({string.Join(", ", value.EnumerateObject().Select(part => $"{part.Name}: {Text(part.Value)}"))})",
        JsonValueKind.Array => $"[{string.Join(", ", value.EnumerateArray().Select(Text))}]",
        _ => value.ToString(),
    };
}

public sealed record PredictionLabel(int Row, string Value, DateTimeOffset ObservedAt, DateTimeOffset ArrivedAt, string Source);
