using ModelHub.Domain.Predictions;

namespace ModelHub.Domain.Monitoring;

/// <summary>
/// Judges one window of one variant. Nothing is said of what has too few samples: the value is null then, which is neither good nor bad. A window without
/// requests tells its rate, and what labels that came in it say.
/// </summary>
public static class JudgeWindow
{
    public static IReadOnlyList<MonitorValue> Of(WindowFacts facts)
    {
        var requests = Math.Max(facts.Traffic.Requests, facts.Sketch.Requests);
        List<MonitorValue> values = [Rate(facts, requests), .. JudgeQuality.Of(facts), .. JudgeConcept.Of(facts)];
        if (requests == 0)
            return values;
        values.AddRange(Traffic(facts));
        values.AddRange(JudgeColumns.Of(facts));
        values.AddRange(JudgeQualityOfData.Of(facts));
        values.AddRange(Predictions(facts));
        values.AddRange(Estimate(facts));
        return values;
    }

    private static MonitorValue Rate(WindowFacts facts, long requests)
    {
        var rate = requests / (facts.To - facts.From).TotalSeconds;
        return facts.Value(Measures.RequestRate, requests) with { Value = rate, Breached = facts.Policy.LimitOf(Measures.RequestRate)?.IsBrokenBy(rate) };
    }

    private static IEnumerable<MonitorValue> Traffic(WindowFacts facts)
    {
        var (traffic, policy) = (facts.Traffic, facts.Policy);
        yield return facts.Plain(Measures.LatencyP50, traffic.Latency.Quantile(0.5), traffic.Requests);
        yield return facts.Plain(Measures.LatencyP99, traffic.Latency.Quantile(0.99), traffic.Requests);
        yield return ShareOf.Judge(facts, Measures.ErrorShare, null, traffic.Errors, traffic.Requests, policy.Level);
        yield return ShareOf.Judge(facts, Measures.UnreadShare, null, facts.Sketch.Unseen, facts.Sketch.Drawn, policy.Level);
        yield return facts.Plain(Measures.SkippedShare, facts.Sketch.Requests == 0 ? null : (double)facts.Sketch.Skipped / facts.Sketch.Requests, facts.Sketch.Requests);
        yield return ShareOf.Judge(facts, Measures.UnusualShare, null, facts.Sketch.Unusual, facts.Sketch.Rows, policy.Level);
    }

    /// <summary>What chance alone shows in one case of a thousand is the bound, and a breach lies beyond it too.</summary>
    private static IEnumerable<MonitorValue> Predictions(WindowFacts facts)
    {
        foreach (var output in facts.Sketch.Outputs)
        {
            var before = facts.PredictionBaseline?.Outputs.FirstOrDefault(o => o.Name == output.Name)?.Distribution ?? Distribution.None;
            var (limit, samples) = (facts.Policy.LimitOf(Measures.PredictionPsi), output.Distribution.Sampled);
            var enough = Math.Min(samples, before.Sampled) >= facts.Policy.MinimumSamples;
            var shift = enough ? PredictionShift.Of(output.Distribution, before) : null;
            yield return facts.Value(Measures.PredictionPsi, samples, output.Name) with
            {
                Value = shift?.Index,
                Bound = shift?.Chance,
                Breached = shift is null || limit is null ? null : limit.IsBrokenBy(shift.Index) && shift.Index > shift.Chance,
            };
        }
    }

    /// <summary>
    /// Confidence-based performance estimation: a classifier whose chances are calibrated is right as often as it is sure, so its mean confidence is its
    /// expected accuracy; where labels of earlier rows are known, how often it was right when it was so sure takes the place of what it says
    /// (<see cref="Recalibration"/>) (calibration as in Guo et al., On Calibration of Modern Neural Networks, ICML 2017). Where what is learned has changed the
    /// chances are not true any more, and this cannot tell; so it is marked as an estimate.
    /// </summary>
    private static IEnumerable<MonitorValue> Estimate(WindowFacts facts)
    {
        var sure = facts.Sketch.Confidence;
        if (sure.Total == 0)
            yield break;
        // With fewer labels than say anything, the model is believed.
        var learned = facts.KnownOutcomes.Rows < facts.Policy.MinimumSamples ? null : Recalibration.Of(sure, facts.KnownOutcomes);
        yield return facts.Plain(Measures.EstimatedAccuracy, learned?.Accuracy ?? sure.Sums.Sum() / sure.Total, sure.Total) with { Estimated = true, Bound = learned?.Error };
    }
}
