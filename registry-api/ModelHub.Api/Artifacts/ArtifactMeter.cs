using System.Diagnostics.Metrics;
using ModelHub.Api.Metrics;

namespace ModelHub.Api.Artifacts;

internal static class ArtifactMeter
{
    public static readonly Counter<long> Received = ApiMeter.Meter.CreateCounter<long>("modelhub_artifact_received_bytes", "By", "Bytes written to uploads.");
    public static readonly Counter<long> Sent = ApiMeter.Meter.CreateCounter<long>("modelhub_artifact_sent_bytes", "By", "Bytes read from the store.");
    public static readonly Counter<long> Quarantined = ApiMeter.Meter.CreateCounter<long>("modelhub_artifacts_quarantined", "{artifact}", "Stored files found corrupted.");
    public static readonly Counter<long> Collected = ApiMeter.Meter.CreateCounter<long>("modelhub_artifacts_collected", "{artifact}", "Stored files removed because nothing referred to them.");

    /// <summary>From the start, so that who scrapes sees the first of them as a rise from zero.</summary>
    public static void Begin()
    {
        foreach (var counter in (ReadOnlySpan<Counter<long>>)[Received, Sent, Quarantined, Collected])
            counter.Add(0);
    }
}
