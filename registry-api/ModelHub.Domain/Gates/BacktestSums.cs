namespace ModelHub.Domain.Gates;

/// <summary>How often a gate of the draft said what.</summary>
/// <param name="NotRecorded">Of those that are inconclusive: what it looks at was not stored then.</param>
public sealed record GateSum(string Gate, int Pass, int Fail, int Inconclusive, int NotRecorded);

/// <summary>A backtest in figures, added up case by case so that a year of promotions is never held at once.</summary>
public sealed class BacktestSums
{
    private readonly Dictionary<string, GateSum> gates = [];

    public int Promotions { get; private set; }

    /// <summary>Decided as they were.</summary>
    public int Same { get; private set; }

    /// <summary>Were let in or were waiting, and would have been refused.</summary>
    public int WouldBeRefused { get; private set; }

    /// <summary>Were refused or were waiting, and would have been let in.</summary>
    public int WouldBeLetIn { get; private set; }

    /// <summary>Were decided, and would have waited for what is missing.</summary>
    public int WouldWait { get; private set; }

    /// <summary>By the order in which the draft asks for them.</summary>
    public IReadOnlyList<GateSum> Gates => [.. gates.Values];

    public void Add(BacktestCase one)
    {
        Promotions++;
        Same += one.Differs ? 0 : 1;
        WouldBeRefused += one is { Differs: true, Now: Verdict.Fail } ? 1 : 0;
        WouldBeLetIn += one is { Differs: true, Now: Verdict.Pass } ? 1 : 0;
        WouldWait += one is { Differs: true, Now: Verdict.Inconclusive } ? 1 : 0;
        foreach (var gate in one.Gates)
            gates[gate.Gate] = Add(gates.GetValueOrDefault(gate.Gate) ?? new(gate.Gate, 0, 0, 0, 0), gate);
    }

    private static GateSum Add(GateSum sum, GateOutcome gate) => sum with
    {
        Pass = sum.Pass + (gate.Verdict == Verdict.Pass ? 1 : 0),
        Fail = sum.Fail + (gate.Verdict == Verdict.Fail ? 1 : 0),
        Inconclusive = sum.Inconclusive + (gate.Verdict == Verdict.Inconclusive ? 1 : 0),
        NotRecorded = sum.NotRecorded + (gate.Recorded ? 0 : 1),
    };
}
