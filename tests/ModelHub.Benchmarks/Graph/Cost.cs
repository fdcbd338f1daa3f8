namespace ModelHub.Benchmarks.Graph;

/// <summary>What one operation cost in one round.</summary>
/// <param name="P50">milliseconds, one caller</param>
/// <param name="P99">milliseconds, one caller</param>
/// <param name="P99Many">milliseconds, many callers</param>
/// <param name="Cpu">microseconds of the api's processor time per request</param>
/// <param name="Commands">SQL commands per request</param>
/// <param name="Allocated">bytes per request</param>
internal sealed record Cost(double PerSecond, double P50, double P99, double P99Many, double Cpu, double Commands, double Allocated)
{
    /// <summary>Each figure of its best round, since what neighbours do to a round only makes it dearer; what is counted on average.</summary>
    public static Cost Best(IReadOnlyCollection<Cost> rounds) => new(
        rounds.Max(r => r.PerSecond), rounds.Min(r => r.P50), rounds.Min(r => r.P99), rounds.Min(r => r.P99Many), rounds.Min(r => r.Cpu), rounds.Average(r => r.Commands), rounds.Average(r => r.Allocated));
}

/// <summary>What an api counted since it started.</summary>
/// <param name="Requests">of GraphQL</param>
/// <param name="Commands">SQL commands</param>
/// <param name="Allocated">bytes</param>
internal sealed record Figures(double Requests, double Commands, double Allocated)
{
    public static Figures operator -(Figures later, Figures before) =>
        new(later.Requests - before.Requests, later.Commands - before.Commands, later.Allocated - before.Allocated);
}
