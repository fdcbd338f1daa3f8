using ModelHub.Api.Control;
using ModelHub.Database.Predictions;
using ModelHub.Domain.Predictions;
using Wire = ModelHub.Protocol;

namespace ModelHub.Api.Predictions;

/// <summary>Writes predictions to the ledger.</summary>
internal sealed partial class StoreRecords(IDbContextFactory<ModelHubDb> factory, LedgerQueue queue, TimeProvider time, ILogger<StoreRecords> log)
    : StoreInBatches<(Guid Router, Wire.PredictionRecords Records)>(time)
{
    private const int AtOnce = 32;
    private static readonly TimeSpan Last = TimeSpan.FromSeconds(3);

    /// <summary>A clock that is off by more is not believed.</summary>
    private static readonly TimeSpan MostAhead = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MostBehind = TimeSpan.FromDays(1);

    protected override Task<IReadOnlyList<(Guid Router, Wire.PredictionRecords Records)>> TakeAsync(CancellationToken ct) => queue.TakeAsync(AtOnce, ct);

    /// <summary>What has come before this process ends is written, if that goes quickly.</summary>
    protected override async Task LastAsync()
    {
        using var end = new CancellationTokenSource(Last, Time);
        try
        {
            while (queue.Take(AtOnce) is { Count: > 0 } taken)
                await StoreAsync(taken, end.Token);
        }
        catch (Exception failure)
        {
            LogFailed(log, failure);
        }
    }

    protected override async Task StoreAsync(IReadOnlyList<(Guid Router, Wire.PredictionRecords Records)> taken, CancellationToken ct)
    {
        try
        {
            await using var db = await factory.CreateDbContextAsync(ct);
            await EachDayAsync(today => KeepPredictions.EnsureAsync(db, today, ct));
            var now = Time.GetUtcNow();
            await WriteLedger.RunAsync(db, [.. taken.Select(t => Batch(t.Router, t.Records, now))], now, ct);
            LedgerQueue.Stored(taken.Sum(t => t.Records.Items.Length));
        }
        catch (Exception failure) when (!ct.IsCancellationRequested && !Outage.Is(failure))
        {
            await ApartAsync(taken, failure, ct);
        }
    }

    /// <summary>One message that PostgreSQL does not take must not take others with it.</summary>
    private async Task ApartAsync(IReadOnlyList<(Guid Router, Wire.PredictionRecords Records)> taken, Exception failure, CancellationToken ct)
    {
        if (taken.Count == 1)
        {
            LedgerQueue.Drop(taken[0].Records.Items.Length);
            LogFailed(log, failure);
            return;
        }
        foreach (var one in taken)
            await StoreAsync([one], ct);
    }

    private static PredictionBatch Batch(Guid router, Wire.PredictionRecords records, DateTimeOffset now) => new(
        router, records.Run, records.Number, [.. records.Items.Select(item => Logged(item, now))],
        [.. records.Counts.Select(c => new TakenCount(c.EndpointId, c.Sampled, c.Dropped))]);

    private static LoggedPrediction Logged(Wire.PredictionRecord item, DateTimeOffset now) => new(
        item.EndpointId, item.VariantId, item.VersionId, item.RequestId, item.At > now + MostAhead || item.At < now - MostBehind ? now : item.At, item.Milliseconds,
        item.Status, OutcomeOf(item.Status), item.Rows, item.Inputs, item.Outputs, item.Omitted);

    // As routers count them.
    private static PredictionOutcome OutcomeOf(int status) => status switch
    {
        < 400 => PredictionOutcome.Answered,
        429 => PredictionOutcome.Overloaded,
        422 => PredictionOutcome.Failed,
        < 500 => PredictionOutcome.Refused,
        503 => PredictionOutcome.Unavailable,
        504 => PredictionOutcome.TimedOut,
        _ => PredictionOutcome.Failed,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Predictions could not be written; they are counted as lost")]
    private static partial void LogFailed(ILogger log, Exception failure);
}
