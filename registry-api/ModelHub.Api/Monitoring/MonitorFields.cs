using ModelHub.Api.Models;
using ModelHub.Domain.Monitoring;

namespace ModelHub.Api.Monitoring;

[ObjectType<MonitorValue>(Only = [
    nameof(MonitorValue.Measure), nameof(MonitorValue.Column), nameof(MonitorValue.Segment), nameof(MonitorValue.WindowFrom), nameof(MonitorValue.WindowTo), nameof(MonitorValue.Value),
    nameof(MonitorValue.Samples), nameof(MonitorValue.PValue), nameof(MonitorValue.Bound), nameof(MonitorValue.Threshold), nameof(MonitorValue.Breached), nameof(MonitorValue.Estimated)])]
[Authorize(nameof(Permission.Read))]
internal static class MonitorFields
{
    public static async Task<Version> GetVersionAsync([Parent] MonitorValue value, VersionById versions, CancellationToken ct)
        => (await versions.LoadAsync(value.VersionId, ct))!;
}
