using System.Globalization;
using System.Text.Json.Serialization;
using ModelHub.Console.Charts;
using ModelHub.Console.Graph;
using ModelHub.Console.Predictions;

namespace ModelHub.Console.Monitoring;

internal static class ReadQualityOverTime
{
    public static readonly Operation<ReadQualityOverTimeVariables, ReadQualityOverTimeData> Operation = new(
        "ReadQualityOverTime",
        Documents.ReadQualityOverTime,
        GraphJson.Default.GraphRequestReadQualityOverTimeVariables,
        GraphJson.Default.GraphResponseReadQualityOverTimeData);
}

internal sealed record ReadQualityOverTimeVariables(string Model, string Environment, DateTimeOffset From);

public sealed record ReadQualityOverTimeData(QualityOverTime? Endpoint);

/// <summary>Figures of quality, window by window. Labels come late: a window tells of the labels that came in it.</summary>
public sealed record QualityOverTime(
    IReadOnlyList<QualityPoint> Accuracy, IReadOnlyList<QualityPoint> Estimated, IReadOnlyList<QualityPoint> Auc, IReadOnlyList<QualityPoint> Mae, IReadOnlyList<QualityPoint> Rmse,
    IReadOnlyList<MaturityPoint> LabelMaturity)
{
    private IReadOnlyList<(string Name, bool Estimated, IReadOnlyList<QualityPoint> Points)> Figures =>
    [
        .. new (string, bool, IReadOnlyList<QualityPoint>)[]
        {
            ("accuracy", false, Whole(Accuracy)), ("accuracy, estimated", true, Whole(Estimated)), ("AUC", false, Whole(Auc)), ("mean absolute error", false, Whole(Mae)), ("RMSE", false, Whole(Rmse)),
        }.Where(figure => figure.Item3 is not []),
    ];

    /// <summary>When the windows ended that tell anything, in the order of time.</summary>
    public IReadOnlyList<DateTimeOffset> Windows => [.. Figures.SelectMany(figure => figure.Points).Select(point => point.WindowTo).Distinct().Order()];

    public Lines Lines => new(
        [.. Windows.Select(at => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture))],
        [.. Figures.Select(figure => new ChartSeries(figure.Name, [.. Windows.Select(at => figure.Points.LastOrDefault(point => point.WindowTo == at)?.Value)], figure.Estimated))],
        Times: true,
        FromZero: Mae is not [] || Rmse is not [],
        Limit: Figures.SelectMany(figure => figure.Points).FirstOrDefault(point => point.Threshold is not null)?.Threshold);

    public long Labels(DateTimeOffset window) => Figures.Where(figure => !figure.Estimated).SelectMany(figure => figure.Points).Where(point => point.WindowTo == window).Select(point => point.Samples).DefaultIfEmpty().Max();

    private static IReadOnlyList<QualityPoint> Whole(IReadOnlyList<QualityPoint> points) => [.. points.Where(point => point.Segment is null && point.Value is not null)];
}

/// <param name="Segment">Null: of all rows.</param>
public sealed record QualityPoint(DateTimeOffset WindowTo, double? Value, long Samples, double? Threshold, bool? Breached, string? Segment, [property: JsonConverter(typeof(NumberOf))] int Version);
