namespace ModelHub.Domain.Rollouts;

/// <summary>The load of a variant over all routers in five seconds.</summary>
/// <param name="Outstanding">Requests in work at a time, on average.</param>
/// <param name="P99Ms">Of the router that saw the worst; null without requests.</param>
public sealed record LoadSample(DateTimeOffset At, long Requests, double Outstanding, double? P99Ms);

/// <summary>All that the number of a variant's replicas depends on.</summary>
/// <param name="Replicas">How many are asked for now.</param>
/// <param name="Ready">How many answer now.</param>
/// <param name="Nodes">How many nodes could hold one.</param>
/// <param name="CpuPercent">Of the nodes that hold it, on average over the last seconds; null when none has told.</param>
/// <param name="Since">When the present number came to be.</param>
/// <param name="Samples">Whole ones only, oldest first.</param>
public sealed record ScalingFacts(
    ScalingPolicy Policy,
    int Replicas,
    int Ready,
    int Nodes,
    double? CpuPercent,
    DateTimeOffset Since,
    IReadOnlyList<LoadSample> Samples);

/// <summary>The figures that decided, as they are kept in the event.</summary>
public sealed record ScalingEvidence(double? Outstanding, double? P99Ms, double? CpuPercent, long Requests, int Samples);

public abstract record ScalingDecision(string Reason)
{
    public sealed record Stay(string Reason) : ScalingDecision(Reason);

    public sealed record To(int Replicas, string Reason, ScalingEvidence Evidence) : ScalingDecision(Reason);
}
