using System.Collections.Concurrent;
using System.Diagnostics;
using ModelHub.Database;
using ModelHub.Database.Predictions;
using ModelHub.Domain.Models;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Predictions.Quality;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Worker.Rollouts;

/// <summary>
/// How good the labelled answers of a stage were. Any label may still be corrected, so all are read anew; after that it rests twenty times as
/// long as the reading took, so that a stage with many labels does not keep the loop that judges every second.
/// </summary>
internal sealed class QualityMemory
{
    private const int Most = 256;
    private const int Rest = 20;
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(800);

    private readonly ConcurrentDictionary<PromotionId, (DateTimeOffset Since, long ReadAt, TimeSpan For, StageQuality Quality)> known = new();

    /// <param name="primary">Null: nothing answers beside it.</param>
    /// <param name="since">Predictions of before say nothing of this stage.</param>
    public async Task<StageQuality> ReadAsync(ModelHubDb db, Promotion promotion, VersionId? primary, DateTimeOffset since, DateTimeOffset now, CancellationToken ct)
    {
        if (known.TryGetValue(promotion.Id, out var last) && last.Since == since && Stopwatch.GetElapsedTime(last.ReadAt) < last.For)
            return last.Quality;
        if (known.Count > Most) known.Clear();
        var begun = Stopwatch.GetTimestamp();
        var quality = new StageQuality(
            await ScoreAsync(db, promotion.EndpointId, promotion.VersionId, since, now, ct),
            primary is { } version ? await ScoreAsync(db, promotion.EndpointId, version, since, now, ct) : null);
        var rest = Stopwatch.GetElapsedTime(begun) * Rest;
        known[promotion.Id] = (since, Stopwatch.GetTimestamp(), rest > Fresh ? rest : Fresh, quality);
        return quality;
    }

    private static async Task<QualityScore> ScoreAsync(ModelHubDb db, EndpointId endpoint, VersionId version, DateTimeOffset since, DateTimeOffset now, CancellationToken ct)
    {
        var rows = new List<LabelledPrediction>();
        // A router's clock may be a little ahead; what a version answers while it is judged counts.
        await foreach (var row in ReadLedger.RunAsync(db, new LedgerPart(endpoint, version, since, now.AddMinutes(5), OnlyLabelled: true), ct))
            rows.Add(row with { Inputs = null });
        return QualityScore.Of(rows);
    }
}
