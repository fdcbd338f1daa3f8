using ModelHub.Console.Graph;

namespace ModelHub.Console.Monitoring;

internal static class ReadMonitoring
{
    public static readonly Operation<ReadMonitoringVariables, ReadMonitoringData> Operation = new(
        "ReadMonitoring",
        Documents.ReadMonitoring,
        GraphJson.Default.GraphRequestReadMonitoringVariables,
        GraphJson.Default.GraphResponseReadMonitoringData);
}

internal sealed record ReadMonitoringVariables(string Model, string Environment, string? Measure, DateTimeOffset From);

public sealed record ReadMonitoringData(MonitoredEndpoint? Endpoint);

/// <param name="Monitoring">Null until somebody has set it: the defaults hold.</param>
public sealed record MonitoredEndpoint(MonitoringSettings? Monitoring, DriftReport DriftReport);

public sealed record MonitoringSettings(int WindowSeconds, int MinimumSamples, double Level, int UnusualFeatures, BaselineTime? Baseline);

public sealed record BaselineTime(DateTimeOffset From, DateTimeOffset To);

/// <param name="Limit">What values of the measure were held against; null when they were only noted.</param>
/// <param name="Windows">When each ended.</param>
public sealed record DriftReport(double? Limit, IReadOnlyList<DateTimeOffset> Windows, long Rows, long UnusualRows, IReadOnlyList<ColumnDrift> Columns);

public sealed record ColumnDrift(string Column, double? Latest, IReadOnlyList<double?> Values, IReadOnlyList<bool?> Breached);
