using ModelHub.Console.Access;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Experiments;

internal static class ReadExperiment
{
    public static readonly Operation<ReadExperimentVariables, ReadExperimentData> Operation = new(
        "ReadExperiment",
        Documents.ReadExperiment,
        GraphJson.Default.GraphRequestReadExperimentVariables,
        GraphJson.Default.GraphResponseReadExperimentData);
}

internal sealed record ReadExperimentVariables(string Id);

public sealed record ReadExperimentData(ExperimentDetail? Experiment, Me Me);

public sealed record ExperimentDetail(
    string Id, string State, string? Verdict, string? Reason, string StartedBy, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, ExperimentPlace Endpoint,
    ExperimentOptions Options, IReadOnlyList<ExperimentArm> Arms, ExperimentVersion? Winner, ExperimentReport Report);

public sealed record ExperimentOptions(ExperimentKey Key, ExperimentMetric Metric, string Direction, double Alpha, int MinimumSamples);

public sealed record ExperimentKey(string Source, string Name);

public sealed record ExperimentMetric(string Source, string? Output, string? Class)
{
    /// <summary>What each key counts with, in words.</summary>
    public string Words => Source == "LABELS" ? "labels" : Class is null ? $"the mean of {Output}" : $"the share of {Class} in {Output}";
}

public sealed record ExperimentArm(int Number, string Name, double Share, VersionNumber Version);

public sealed record ExperimentReport(IReadOnlyList<ArmTotals> Totals, IReadOnlyList<ArmComparison> Comparisons, IReadOnlyList<RatioCheck> Ratios);

public sealed record ArmTotals(int Arm, long Exposed, long Measured, double? Mean);

public sealed record ArmComparison(int Arm, double? Difference, double? Low, double? High, string Standing, string Reason);

public sealed record RatioCheck(string Of, double PValue, bool IsMismatch);
