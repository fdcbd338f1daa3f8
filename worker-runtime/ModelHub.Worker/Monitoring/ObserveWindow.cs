using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Monitoring;
using ModelHub.Database.Rollouts;
using ModelHub.Domain.Models;
using ModelHub.Domain.Monitoring;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Worker.Monitoring;

/// <summary>Reads what a window is judged by, for each variant that took traffic in it.</summary>
internal sealed class ObserveWindow(TrainedPredictions trained)
{
    /// <summary>Where nobody knows what a model predicted when it was trained, predictions are held against so many windows that a variant began with.</summary>
    private const int FirstWindows = 6;

    private static readonly TimeSpan LabelsHeld = TimeSpan.FromDays(7);

    private static readonly Baseline Nothing = new([], [], false);

    public async Task<IReadOnlyList<WindowFacts>> ReadAsync(
        ModelHubDb db, EndpointId endpoint, MonitoringPolicy policy, DueWindow window, DateTimeOffset now, CancellationToken ct)
    {
        var variants = await db.Variants.AsNoTracking()
            .Where(v => v.EndpointId == endpoint && v.Role != VariantRole.Shadow && v.ValidFrom < window.To && (v.ValidTo == null || v.ValidTo > window.From))
            .Select(v => new { v.Id, v.VersionId, v.ValidFrom }).ToListAsync(ct);
        if (variants.Count == 0) return [];
        var baselines = await ReadBaselines.RunAsync(db, [.. variants.Select(v => v.VersionId)], ct);
        var traffic = await TrafficAsync(db, [.. variants.Select(v => v.Id)], window, ct);
        var quality = await ObserveQuality.ReadAsync(db, endpoint, policy, window, ct);
        var facts = new List<WindowFacts>();
        foreach (var variant in variants)
        {
            var sketch = await ReadSketches.RunAsync(db, variant.Id, window.From, window.To, ct);
            var chosen = policy.Baseline is { } time ? await ReadSketches.ChosenAsync(db, endpoint, variant.Id, time, now, ct) : null;
            var said = chosen ?? With(await trained.OfAsync(db, variant.VersionId, ct), policy, await BeginningAsync(db, variant.Id, variant.ValidFrom, policy, window, now, ct));
            var labelled = quality.GetValueOrDefault(variant.Id);
            var training = baselines.GetValueOrDefault(variant.VersionId) ?? Nothing;
            facts.Add(new(endpoint, variant.Id, variant.VersionId, window.From, window.To, policy, Same(training, sketch), chosen, said, sketch, traffic.GetValueOrDefault(variant.Id) ?? TrafficSum.None)
            {
                Quality = labelled?.Quality ?? [],
                Outcomes = labelled?.Outcomes ?? Outcomes.None,
                OutcomeReference = labelled is null ? null : OutcomeReference.Of(await ReadOutcomes.FirstAsync(db, endpoint, variant.VersionId, policy.Baseline, window.From, ct), policy, window.From),
                KnownOutcomes = sketch.Confidence.Total == 0 ? Outcomes.None : await KnownAsync(db, endpoint, variant.VersionId, window, ct),
            });
        }
        return facts;
    }

    /// <summary>Older ones tell of a world that may be gone; without them the model is believed.</summary>
    private static async Task<Outcomes> KnownAsync(ModelHubDb db, EndpointId endpoint, VersionId version, DueWindow window, CancellationToken ct) =>
        (await ReadOutcomes.LastAsync(db, endpoint, version, window.From - LabelsHeld, window.From, ct)).Aggregate(Outcomes.None, (sum, w) => sum.Plus(w.Outcomes));

    /// <summary>Counts in other bins than these, as before a profile was there, say nothing about its columns.</summary>
    private static Baseline Same(Baseline training, TrafficSketch sketch) => sketch.Requests == 0 || sketch.Bins == training.Fingerprint ? training : training with { Columns = [] };

    /// <summary>What was predicted at training takes the place of the beginning, output by output; of too few rows it says nothing.</summary>
    private static TrafficSketch? With(IReadOnlyList<OutputCounts> atTraining, MonitoringPolicy policy, TrafficSketch? beginning)
    {
        var told = atTraining.Where(output => output.Distribution.Sampled >= policy.MinimumSamples).ToList();
        var begun = beginning?.Outputs.Where(output => told.All(t => t.Name != output.Name)) ?? [];
        return told.Count == 0 ? beginning : (beginning ?? TrafficSketch.None) with { Outputs = [.. told, .. begun] };
    }

    /// <returns>Null while it is not over.</returns>
    private static async Task<TrafficSketch?> BeginningAsync(
        ModelHubDb db, VariantId variant, DateTimeOffset began, MonitoringPolicy policy, DueWindow window, DateTimeOffset now, CancellationToken ct)
    {
        var beginning = new BaselineWindow(began, began.AddSeconds(policy.WindowSeconds * FirstWindows));
        return beginning.To > window.From ? null : await ReadSketches.BaselineAsync(db, variant, [variant], beginning, now, ct);
    }

    private static async Task<Dictionary<VariantId, TrafficSum>> TrafficAsync(ModelHubDb db, IReadOnlyList<VariantId> variants, DueWindow window, CancellationToken ct)
    {
        var windows = await ReadTraffic.WindowsAsync(db, [.. variants.Select(v => v.Value)], window.From, window.From, window.To, ct);
        return windows.GroupBy(w => w.Variant).ToDictionary(
            g => VariantId.From(g.Key),
            g => new TrafficSum(g.Sum(w => w.Sum.Requests), g.Sum(w => w.Sum.Errors), g.Aggregate(LatencyCounts.None, (sum, w) => sum.Plus(w.Sum.Latency))));
    }
}
