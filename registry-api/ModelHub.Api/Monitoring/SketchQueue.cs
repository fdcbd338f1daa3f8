using System.Diagnostics.Metrics;
using System.Threading.Channels;
using ModelHub.Api.Metrics;
using ModelHub.Database.Monitoring;
using ModelHub.Domain.Monitoring;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Shadows;
using ModelHub.Protocol;
using Histogram = ModelHub.Domain.Shadows.Histogram;

namespace ModelHub.Api.Monitoring;

/// <summary>
/// Sketches on their way to the database. Taking one never waits: when the database cannot keep up they are dropped and counted, and the windows they belong
/// to hold fewer samples.
/// </summary>
internal sealed class SketchQueue
{
    private const int Most = 1_024;

    private static readonly Counter<long> Lost = ApiMeter.Meter.CreateCounter<long>("modelhub.api.sketches.dropped", description: "Sketches of traffic that were not stored.");

    private readonly Channel<SketchWindow> waiting = Channel.CreateBounded<SketchWindow>(
        new BoundedChannelOptions(Most) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }, _ => Lost.Add(1));

    // From the start, so that who scrapes sees the first of them as a rise from zero.
    static SketchQueue() => Lost.Add(0);

    /// <exception cref="ProtocolException">more than a sketch may hold</exception>
    public void Offer(RouterId router, Sketches told)
    {
        if (told.Items.Sum(item => (long)item.Columns.Length) > Sketches.MostColumns + MonitoringPolicy.MostColumns || !Array.TrueForAll(told.Items, IsSound))
            throw new ProtocolException($"Sketches of at most {Sketches.MostColumns} columns, each with counts that are not negative.");
        foreach (var item in told.Items)
            waiting.Writer.TryWrite(new SketchWindow(
                EndpointId.From(item.EndpointId), VariantId.From(item.VariantId), VersionId.From(item.VersionId), router, told.Window.Start, told.Window.Seconds, Of(item)));
    }

    public static void Drop(int sketches) => Lost.Add(sketches);

    /// <summary>What has come, at most so many; waits for the first.</summary>
    public async Task<IReadOnlyList<SketchWindow>> TakeAsync(int most, CancellationToken ct)
    {
        await waiting.Reader.WaitToReadAsync(ct);
        var taken = new List<SketchWindow>();
        while (taken.Count < most && waiting.Reader.TryRead(out var next))
            taken.Add(next);
        return taken;
    }

    private static TrafficSketch Of(Sketch told) => new(
        told.Bins, told.Requests, told.Unseen, told.Rows, told.Unusual,
        [.. told.Columns.Select(column => new ColumnCounts(column.Name, column.Slots, column.WrongType))],
        [.. told.Outputs.Select(output => new OutputCounts(output.Name, new Distribution(
            output.Values, output.Zeros, Of(output.Positive), Of(output.Negative), [.. output.Classes.Select(c => new Domain.Predictions.ClassCount(c.Class, c.Count))])))],
        new ConfidenceCounts(told.Confidence, told.ConfidenceSums))
    { Skipped = told.Skipped };

    private static Histogram Of(Protocol.Histogram told) => new(told.Offset, told.Counts);

    private static bool IsSound(Sketch told) =>
        told.Columns.Length <= MonitoringPolicy.MostColumns && told.Columns.All(c => c.Slots.Length is > 0 and <= 1_000 && c.Slots.All(n => n >= 0) && c.WrongType >= 0)
        && told.Outputs.Length <= Sketch.MostOutputs && told.Outputs.All(o => o.Classes.Length <= Sketch.MostClasses * 2 + 2 && o.Name.Length <= Limits.Name
            && new[] { o.Positive, o.Negative }.All(h => h.Offset >= 0 && h.Offset <= LogScale.Difference.Buckets - h.Counts.Length))
        && told.Confidence.Length == told.ConfidenceSums.Length && told.Confidence.Length is 0 or Sketch.ConfidenceBins
        && told is { Requests: >= 0, Unseen: >= 0, Rows: >= 0, Unusual: >= 0, Skipped: >= 0 };
}
