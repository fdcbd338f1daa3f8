using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Rollouts;

/// <summary>Bounds within which the replicas of an endpoint's variants follow their load, and what one replica shall carry.</summary>
/// <param name="OutstandingPerReplica">Requests in work at a time that one replica carries well.</param>
/// <param name="P99Ms">One more replica when the slowest hundredth takes longer, in milliseconds; null: latency asks for nothing.</param>
/// <param name="CpuPercent">Of the processors of the nodes that hold it; null: they ask for nothing.</param>
/// <param name="ScaleDownSeconds">For how long the load must have asked for less before one replica goes.</param>
public sealed record ScalingPolicy(
    int MinReplicas,
    int MaxReplicas,
    double OutstandingPerReplica = 4,
    double? P99Ms = null,
    double? CpuPercent = null,
    int ScaleDownSeconds = 300)
{
    public const int MostReplicas = 100;
    public const int MinScaleDownSeconds = 10;
    public const int MaxScaleDownSeconds = 3_600;

    public Refusal? Check()
    {
        if (MinReplicas < 1 || MinReplicas > MaxReplicas || MaxReplicas > MostReplicas)
            return new InvalidInput("maxReplicas", $"1 ≤ minReplicas ≤ maxReplicas ≤ {MostReplicas}");
        if (OutstandingPerReplica is not (>= 0.1 and <= 10_000))
            return new InvalidInput("outstandingPerReplica", "0.1 to 10000");
        if (P99Ms is not (null or (>= 0.1 and <= 60_000)))
            return new InvalidInput("p99Ms", "0.1 to 60000 milliseconds");
        if (CpuPercent is not (null or (>= 5 and <= 95)))
            return new InvalidInput("cpuPercent", "5 to 95");
        return ScaleDownSeconds is < MinScaleDownSeconds or > MaxScaleDownSeconds
            ? new InvalidInput("scaleDownSeconds", $"{MinScaleDownSeconds} to {MaxScaleDownSeconds}")
            : null;
    }

    public int Within(int replicas) => Math.Clamp(replicas, MinReplicas, MaxReplicas);
}
