using System.Text.Json.Serialization;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Monitoring;

internal static class ReadCell
{
    public static readonly Operation<ReadCellVariables, ReadCellData> Operation = new(
        "ReadCell",
        Documents.ReadCell,
        GraphJson.Default.GraphRequestReadCellVariables,
        GraphJson.Default.GraphResponseReadCellData);
}

internal sealed record ReadCellVariables(string Model, string Environment, string Measure, string Column, DateTimeOffset From, DateTimeOffset To);

public sealed record ReadCellData(CellEndpoint? Endpoint);

public sealed record CellEndpoint(IReadOnlyList<CellValue> Monitors)
{
    /// <summary>While two versions share the traffic the one that is further away, as in the picture.</summary>
    public CellValue? Shown => Monitors.MaxBy(value => value.Value ?? double.MinValue);
}

/// <summary>One judged figure of one window.</summary>
/// <param name="Value">Null: too few rows.</param>
/// <param name="Bound">What it exceeds by chance alone in one case of a thousand.</param>
public sealed record CellValue(
    DateTimeOffset WindowFrom, DateTimeOffset WindowTo, double? Value, long Samples, double? PValue, double? Bound, double? Threshold, bool? Breached,
    [property: JsonConverter(typeof(NumberOf))] int Version)
{
    public (string State, string Words) Verdict => (Value, Breached) switch
    {
        (null, _) => ("INCONCLUSIVE", "too few rows"),
        (_, true) => ("FAIL", "beyond its limit"),
        (_, false) => ("PASS", "within its limit"),
        _ => ("NOTED", "noted, without a limit"),
    };
}
