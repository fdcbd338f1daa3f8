using ModelHub.Domain.Monitoring;
using ModelHub.Protocol;

namespace ModelHub.Api.Control;

/// <summary>
/// What routers are told to count. A table holds so many columns in all and no more, for it is sent whole with every change: what comes later counts outputs
/// and requests only.
/// </summary>
internal sealed class RoutedSketches(IReadOnlyDictionary<VersionId, Baseline> baselines)
{
    private const int MostColumns = 100_000;
    private int columns;

    /// <returns>Null for a version whose signature nobody knows.</returns>
    public RouteSketch? Of(VersionId version, MonitoringPolicy? policy)
    {
        if (baselines.GetValueOrDefault(version) is not { } baseline)
            return null;
        var unusual = (policy ?? MonitoringPolicy.Default).UnusualFeatures;
        columns += baseline.Columns.Count;
        return columns > MostColumns
            ? new RouteSketch(1, unusual, [], [])
            : new RouteSketch(
                baseline.Fingerprint, unusual,
                [.. baseline.Inputs.Where(input => input.Columns.Count > 0).Select(input => new RouteInput(input.Input, [.. input.Columns]))],
                [.. baseline.Columns.Select(column => new RouteColumn(column.Name, column.Numbers is { } numbers ? [.. numbers.Edges] : null, column.Values is { } values ? [.. values] : null))]);
    }
}
