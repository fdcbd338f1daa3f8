using System.Globalization;
using System.Text.Json.Serialization;
using ModelHub.Console.Charts;
using ModelHub.Console.Elements;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Monitoring;

internal static class ReadConcept
{
    public static readonly Operation<ReadConceptVariables, ReadConceptData> Operation = new(
        "ReadConcept",
        Documents.ReadConcept,
        GraphJson.Default.GraphRequestReadConceptVariables,
        GraphJson.Default.GraphResponseReadConceptData);
}

internal sealed record ReadConceptVariables(string Model, string Environment, DateTimeOffset From);

public sealed record ReadConceptData(ConceptOverTime? Endpoint);

/// <summary>Whether rows that the model takes for alike come out otherwise than they did, window by window.</summary>
/// <param name="Drift">How far the errors of alike rows lie apart from the reference's, in standard deviations.</param>
/// <param name="Change">What accuracy changed by at equal inputs.</param>
/// <param name="Quality">What accuracy, or R², changed by whatever the reason.</param>
public sealed record ConceptOverTime(ConceptMonitoring? Monitoring, IReadOnlyList<ConceptPoint> Drift, IReadOnlyList<ConceptPoint> Change, IReadOnlyList<ConceptPoint> Quality)
{
    /// <summary>Of all rows, the oldest window first; while two versions share the traffic the one that is further away.</summary>
    public IReadOnlyList<ConceptPoint> Windows =>
        [.. Drift.Where(point => point.Segment is null).GroupBy(point => point.WindowTo).Select(same => same.MaxBy(point => point.Value ?? double.MinValue)!).OrderBy(point => point.WindowTo)];

    public double? Limit => Windows.LastOrDefault(point => point.Threshold is not null)?.Threshold;

    public Lines Lines => new(
        [.. Windows.Select(point => point.WindowTo.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture))],
        [new ChartSeries("effect at equal inputs, in standard deviations", [.. Windows.Select(point => point.Value)])],
        Times: true,
        Limit: Limit);

    public double? ChangeAt(ConceptPoint window) => Beside(Change, window);

    public double? QualityAt(ConceptPoint window) => Beside(Quality, window);

    private static double? Beside(IReadOnlyList<ConceptPoint> points, ConceptPoint window) =>
        points.FirstOrDefault(point => point.Segment is null && point.WindowTo == window.WindowTo && point.Version == window.Version)?.Value;
}

public sealed record ConceptMonitoring(int MinimumSamples);

/// <param name="Value">Null: too few rows, here or in the reference.</param>
public sealed record ConceptPoint(
    DateTimeOffset WindowTo, double? Value, long Samples, double? PValue, double? Threshold, bool? Breached, string? Segment, [property: JsonConverter(typeof(NumberOf))] int Version)
{
    public (string State, string Words) Verdict => (Value, Breached) switch
    {
        (null, _) => ("INCONCLUSIVE", "too few rows"),
        (_, true) => ("FAIL", "what is to be learned has changed"),
        _ => ("PASS", "as it was"),
    };

    public string Words => Value is { } value
        ? $"{Show.Beside(value, Threshold ?? 0.2)} standard deviations{(Threshold is { } limit ? $", limit {Show.Number(limit)}" : "")}{(PValue is { } p ? $", p {Show.Number(p)}" : "")}, of {Show.Count(Samples)} labelled rows of v{Version}"
        : $"{Show.Count(Samples)} labelled rows of v{Version} say nothing yet";
}
