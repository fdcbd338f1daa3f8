using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Predictions;
using ModelHub.Domain.Monitoring;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Predictions.Quality;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Worker.Monitoring;

/// <summary>What labels that came in a window say of one variant.</summary>
internal sealed record LabelledWindow(IReadOnlyList<SegmentQuality> Quality, Outcomes Outcomes);

/// <summary>Reads how good predictions were whose labels came in a window, by variant, and by the values of the chosen input column.</summary>
internal static class ObserveQuality
{
    private const int MostSegments = 20;
    private const int MostSegment = 64;

    public static async Task<IReadOnlyDictionary<VariantId, LabelledWindow>> ReadAsync(
        ModelHubDb db, EndpointId endpoint, MonitoringPolicy policy, DueWindow window, CancellationToken ct)
    {
        var (tallies, outcomes) = (new Dictionary<VariantId, Dictionary<string, QualityTally>>(), new Dictionary<VariantId, OutcomeTally>());
        if (await SpanAsync(db, endpoint, window, ct) is not { } span) return new Dictionary<VariantId, LabelledWindow>();
        var part = new LedgerPart(endpoint, null, span.First, span.Last.AddTicks(10), window.To, OnlyLabelled: true);
        await foreach (var row in ReadLedger.RunAsync(db, part, ct))
            if (row.Label is { } label && label.ArrivedAt >= window.From && label.ArrivedAt < window.To)
            {
                Add(tallies.TryGetValue(row.Variant, out var known) ? known : tallies[row.Variant] = [], row, policy.Segment);
                (outcomes.TryGetValue(row.Variant, out var came) ? came : outcomes[row.Variant] = new()).Add(row);
            }
        return tallies.ToDictionary(t => t.Key, t => new LabelledWindow([.. t.Value.Select(s => new SegmentQuality(s.Key.Length == 0 ? null : s.Key, s.Value.Report()))], outcomes[t.Key].Told()));
    }

    /// <summary>When the first and the last of the predictions were made; null without labels.</summary>
    private static async Task<(DateTimeOffset First, DateTimeOffset Last)?> SpanAsync(ModelHubDb db, EndpointId endpoint, DueWindow window, CancellationToken ct)
    {
        var made = from label in db.Labels
                   where label.EndpointId == endpoint && label.ArrivedAt >= window.From && label.ArrivedAt < window.To
                   join prediction in db.Predictions on new { label.EndpointId, label.RequestId } equals new { prediction.EndpointId, prediction.RequestId }
                   select prediction.At;
        var (first, last) = (await made.MinAsync(at => (DateTimeOffset?)at, ct), await made.MaxAsync(at => (DateTimeOffset?)at, ct));
        return first is { } from && last is { } to ? (from, to) : null;
    }

    private static void Add(Dictionary<string, QualityTally> tallies, LabelledPrediction row, string? column)
    {
        Of("").Add(row);
        if (column is null || row.Inputs is not { ValueKind: JsonValueKind.Object } inputs || !inputs.TryGetProperty(column, out var value) || value.ValueKind == JsonValueKind.Null) return;
        var segment = value.ToString();
        segment = segment.Length > MostSegment ? segment[..MostSegment] : segment;
        if (segment.Length > 0 && (tallies.ContainsKey(segment) || tallies.Count <= MostSegments)) Of(segment).Add(row);

        QualityTally Of(string name) => tallies.TryGetValue(name, out var known) ? known : tallies[name] = new QualityTally();
    }
}
