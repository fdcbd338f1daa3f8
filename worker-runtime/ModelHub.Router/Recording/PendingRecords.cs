using ModelHub.Protocol;

namespace ModelHub.Router.Recording;

/// <summary>Records that wait to be told, bounded in number and bytes; what comes when there is no more room is dropped and counted.</summary>
internal sealed class PendingRecords(LedgerTaps taps)
{
    public const int Most = 50_000;
    public const long MostBytes = 64 << 20;
    private readonly Guid run = Guid.CreateVersion7();
    private readonly Queue<(LedgerTap Tap, PredictionRecord Record)> waiting = [];
    private readonly Dictionary<Guid, (long Sampled, long Dropped)> told = [];
    private long bytes;
    private long number;

    public int Count
    {
        get
        {
            lock (waiting)
                return waiting.Count;
        }
    }

    public void Add(LedgerTap tap, PredictionRecord record)
    {
        lock (waiting)
        {
            if (waiting.Count < Most && bytes + SizeOf(record) <= MostBytes)
            {
                waiting.Enqueue((tap, record));
                bytes += SizeOf(record);
                return;
            }
        }
        tap.Drop();
    }

    /// <summary>As many as one message may carry, with what is counted until then; null when there is nothing to tell.</summary>
    public PredictionRecords? Take()
    {
        lock (waiting)
        {
            var items = new List<PredictionRecord>();
            for (var size = 0; items.Count < PredictionRecords.MostItems && waiting.TryPeek(out var next); items.Add(next.Record))
            {
                size += SizeOf(next.Record);
                if (items.Count > 0 && size > PredictionRecords.MostBytes)
                    break;
                waiting.Dequeue();
                bytes -= SizeOf(next.Record);
                next.Tap.Send(1);
            }
            var counts = Changed();
            return items.Count == 0 && counts.Length == 0 ? null : new PredictionRecords(run, ++number, [.. items], counts);
        }
    }

    private RecordCounts[] Changed()
    {
        var changed = new List<RecordCounts>();
        foreach (var tap in taps.All)
        {
            var dropped = tap.Dropped;
            var sampled = tap.Sampled;
            if (told.GetValueOrDefault(tap.Endpoint) == (sampled, dropped))
                continue;
            told[tap.Endpoint] = (sampled, dropped);
            changed.Add(new(tap.Endpoint, sampled, dropped));
        }
        return [.. changed];
    }

    // Characters of most texts are bytes; what is not Latin takes up to three, for which messages have room.
    private static int SizeOf(PredictionRecord record) => (record.Inputs?.Length ?? 0) + (record.Outputs?.Length ?? 0) + 256;
}
