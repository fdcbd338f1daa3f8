using System.Diagnostics.Metrics;
using System.Threading.Channels;
using ModelHub.Api.Metrics;
using ModelHub.Domain.Predictions;
using Wire = ModelHub.Protocol;

namespace ModelHub.Api.Predictions;

/// <summary>
/// Predictions on their way to the database. Taking them never waits: when the database cannot keep up they are dropped, and the counts
/// that come with the next ones admit it.
/// </summary>
internal sealed class LedgerQueue
{
    private const int Most = 4_096;
    private const long MostBytes = 128 << 20;
    private const int MostRequest = Label.MostRequest;

    private static readonly Counter<long> Written = ApiMeter.Meter.CreateCounter<long>("modelhub.api.predictions.stored", description: "Predictions written to the ledger.");
    private static readonly Counter<long> Lost = ApiMeter.Meter.CreateCounter<long>("modelhub.api.predictions.dropped", description: "Predictions that came and were not written.");

    private readonly Channel<(Guid Router, Wire.PredictionRecords Records)> waiting = Channel.CreateBounded<(Guid, Wire.PredictionRecords)>(
        new BoundedChannelOptions(Most) { SingleReader = true });

    private long bytes;

    static LedgerQueue()
    {
        // From the start, so that who scrapes sees the first of them as a rise from zero.
        Written.Add(0);
        Lost.Add(0);
    }

    /// <exception cref="Wire.ProtocolException">what no router tells</exception>
    public void Offer(Guid router, Wire.PredictionRecords records)
    {
        if (records.Items.Length > Wire.PredictionRecords.MostItems || !records.Items.All(IsSound) || !records.Counts.All(c => c.Dropped >= 0 && c.Sampled >= c.Dropped))
            throw new Wire.ProtocolException($"Predictions: at most {Wire.PredictionRecords.MostItems}, each within the limits of the protocol.");
        var size = SizeOf(records);
        if (Interlocked.Add(ref bytes, size) <= MostBytes && waiting.Writer.TryWrite((router, records)))
            return;
        Interlocked.Add(ref bytes, -size);
        Drop(records.Items.Length);
    }

    public static void Drop(int predictions) => Lost.Add(predictions);

    public static void Stored(int predictions) => Written.Add(predictions);

    /// <summary>What has come, at most so many messages; waits for the first.</summary>
    public async Task<IReadOnlyList<(Guid Router, Wire.PredictionRecords Records)>> TakeAsync(int most, CancellationToken ct)
    {
        await waiting.Reader.WaitToReadAsync(ct);
        return Take(most);
    }

    /// <summary>What has come, at most so many messages.</summary>
    public IReadOnlyList<(Guid Router, Wire.PredictionRecords Records)> Take(int most)
    {
        var taken = new List<(Guid, Wire.PredictionRecords)>();
        while (taken.Count < most && waiting.Reader.TryRead(out var next))
        {
            Interlocked.Add(ref bytes, -SizeOf(next.Records));
            taken.Add(next);
        }
        return taken;
    }

    private static long SizeOf(Wire.PredictionRecords records) => records.Items.Sum(i => 2L * ((i.Inputs?.Length ?? 0) + (i.Outputs?.Length ?? 0)) + 256);

    private static bool IsSound(Wire.PredictionRecord item) =>
        item.RequestId is { Length: > 0 and <= MostRequest } && !item.RequestId.AsSpan().ContainsAnyExceptInRange('!', '~')
        && item.Status is >= 100 and <= 999 && item.Rows is > 0 and <= Prediction.MostRows && item.Milliseconds is >= 0 and <= 1e9
        && IsList(item.Inputs) && IsList(item.Outputs) && item.Omitted is not { Length: > Wire.PredictionRecord.MostOmitted };

    private static bool IsList(string? json) => json is null || (json.Length <= Wire.PredictionRecord.MostBytes && json.StartsWith('['));
}
