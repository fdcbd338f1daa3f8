using System.Globalization;

namespace ModelHub.Domain.Rollouts;

/// <summary>
/// How many replicas a variant should have: up at once, at most doubling; down by one, when nothing has asked for as many
/// for a long time. The proportion and the tolerance are those of Kubernetes' HorizontalPodAutoscaler; missing figures
/// never shrink anything.
/// </summary>
public static class Autoscaling
{
    /// <summary>A load that is above what the replicas should carry by no more than this share asks for nothing; one less must carry it without.</summary>
    private const double Tolerance = 0.1;

    /// <summary>Of the samples that the time to scale down should have given, so many must be there.</summary>
    private const double Coverage = 0.9;

    /// <summary>A hundredth of fewer requests is no percentile.</summary>
    private const int RequestsForLatency = 100;

    /// <summary>Latency must leave this share of its limit unused before a replica goes.</summary>
    private const double LatencyRoom = 0.3;

    /// <summary>Figures older than this say nothing about now.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3 * VariantLoad.Seconds);

    /// <summary>What the load is up to now: two samples, so that one burst of a second does not decide.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(2 * VariantLoad.Seconds);

    /// <summary>After a change the figures need this time to show what it did.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(15);

    public static ScalingDecision Next(ScalingFacts facts, DateTimeOffset now)
    {
        var bounded = facts.Policy.Within(facts.Replicas);
        if (bounded != facts.Replicas)
            return To(facts, bounded, $"between {facts.Policy.MinReplicas} and {facts.Policy.MaxReplicas} are allowed", []);
        if (now - facts.Since < Settle)
            return new ScalingDecision.Stay("the last change has yet to show");

        var recent = facts.Samples.Where(s => now - s.At <= Fresh).TakeLast((int)(Recent.TotalSeconds / VariantLoad.Seconds)).ToList();
        if (recent.Count == 0)
            return new ScalingDecision.Stay("no router has told its load");

        var (needed, reason) = Needed(facts, recent, facts.CpuPercent, Tolerance);
        return needed > facts.Replicas ? Up(facts, needed, reason, recent) : Down(facts, recent, now);
    }

    private static ScalingDecision Up(ScalingFacts facts, int needed, string reason, IReadOnlyList<LoadSample> recent)
    {
        // 3 replicas whose load asks for 20 become 6: what is placed wrongly fast is paid by everybody else on the nodes.
        var replicas = Math.Min(facts.Policy.Within(Math.Min(needed, facts.Replicas * 2)), Math.Max(facts.Nodes, facts.Replicas));
        if (facts.Policy.Within(needed) == facts.Replicas)
            return new ScalingDecision.Stay($"{reason}, and no more than {facts.Policy.MaxReplicas} are allowed");
        if (replicas == facts.Replicas)
            return new ScalingDecision.Stay($"{reason}, and there is no further node");
        return facts.Ready < facts.Replicas
            ? new ScalingDecision.Stay($"{reason}, and {facts.Replicas - facts.Ready} of {facts.Replicas} are still coming")
            : To(facts, replicas, reason, recent);
    }

    private static ScalingDecision Down(ScalingFacts facts, IReadOnlyList<LoadSample> recent, DateTimeOffset now)
    {
        if (facts.Replicas == facts.Policy.MinReplicas)
            return new ScalingDecision.Stay("as few as allowed");
        var span = TimeSpan.FromSeconds(facts.Policy.ScaleDownSeconds);
        if (now - facts.Since < span)
            return new ScalingDecision.Stay("the last change is too young to take one away");
        var window = facts.Samples.Where(s => now - s.At <= span + TimeSpan.FromSeconds(VariantLoad.Seconds)).ToList();
        if (window.Count < Coverage * facts.Policy.ScaleDownSeconds / VariantLoad.Seconds)
            return new ScalingDecision.Stay($"only {window.Count} figures of the last {facts.Policy.ScaleDownSeconds} s");
        // Each moment of the time is asked whether one replica less would have carried it.
        var fewer = facts with { Replicas = facts.Replicas - 1 };
        var peak = window.Max(sample => Needed(fewer, [sample], null, tolerance: 0).Replicas);
        if (peak >= facts.Replicas)
            return new ScalingDecision.Stay($"{peak} were asked for within {facts.Policy.ScaleDownSeconds} s");
        return Crowded(facts, recent) is { } why
            ? new ScalingDecision.Stay(why)
            : To(facts, facts.Replicas - 1, $"no moment of {facts.Policy.ScaleDownSeconds} s asked for {facts.Replicas}", recent);
    }

    /// <summary>The most that any of the measures asks for; never less than the load alone does.</summary>
    private static (int Replicas, string Reason) Needed(ScalingFacts facts, IReadOnlyList<LoadSample> samples, double? cpu, double tolerance)
    {
        var policy = facts.Policy;
        var outstanding = samples.Average(s => s.Outstanding);
        var requests = samples.Sum(s => s.Requests);
        var best = (Replicas: Proportional(facts.Replicas, outstanding / facts.Replicas, policy.OutstandingPerReplica, tolerance),
            Reason: Text($"{outstanding:0.##} requests in work, {policy.OutstandingPerReplica:0.##} per replica"));
        // A node may be busy with something else: its processors count only for a version that has traffic.
        if (cpu is not null && policy.CpuPercent is not null && requests > 0 && Proportional(facts.Replicas, cpu.Value, policy.CpuPercent.Value, tolerance) is var byCpu && byCpu > best.Replicas)
            best = (byCpu, Text($"processors at {cpu:0} %, {policy.CpuPercent:0} % wanted"));
        // Latency is not in proportion to replicas: one more, then look again.
        if (policy.P99Ms is not null && requests >= RequestsForLatency && samples.All(s => s.P99Ms > policy.P99Ms) && facts.Replicas + 1 > best.Replicas)
            best = (facts.Replicas + 1, Text($"p99 {samples.Max(s => s.P99Ms):0.#} ms, limit {policy.P99Ms:0.#} ms"));
        return best;
    }

    /// <summary>2 replicas with 9 requests each where 4 are wanted → ⌈2 · 9 / 4⌉ = 5; with 4.3 each they stay 2.</summary>
    private static int Proportional(int replicas, double load, double target, double tolerance) =>
        load >= target && load <= target * (1 + tolerance) ? replicas : (int)Math.Ceiling(replicas * load / target);

    /// <summary>Why one replica less would not do, though there is little in work.</summary>
    private static string? Crowded(ScalingFacts facts, IReadOnlyList<LoadSample> recent)
    {
        if (facts.Policy.P99Ms is { } limit && recent.Any(s => s.P99Ms > limit * (1 - LatencyRoom)))
            return Text($"p99 {recent.Max(s => s.P99Ms):0.#} ms is near its limit of {limit:0.#} ms");
        var busier = facts.CpuPercent * facts.Replicas / (facts.Replicas - 1);
        return recent.Sum(s => s.Requests) > 0 && busier > facts.Policy.CpuPercent
            ? Text($"with one less the processors would be at {busier:0} %")
            : null;
    }

    private static ScalingDecision.To To(ScalingFacts facts, int replicas, string reason, IReadOnlyList<LoadSample> samples) => new(replicas, reason, new ScalingEvidence(
        samples.Count == 0 ? null : samples.Average(s => s.Outstanding), samples.Max(s => s.P99Ms), facts.CpuPercent, samples.Sum(s => s.Requests), samples.Count));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
