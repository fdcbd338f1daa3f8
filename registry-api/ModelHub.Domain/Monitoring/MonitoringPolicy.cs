using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Monitoring;

/// <summary>A time of the endpoint's own traffic that later windows are held against.</summary>
public sealed record BaselineWindow(DateTimeOffset From, DateTimeOffset To);

/// <summary>How the windows of an endpoint are judged.</summary>
/// <param name="WindowSeconds">Length of a window; windows follow one another, aligned to the clock.</param>
/// <param name="MinimumSamples">With fewer rows in a window, or in the baseline, nothing is said.</param>
/// <param name="Level">The chance that a window without drift shows a breach in any of its columns.</param>
/// <param name="Limits">In place of the default limit of each measure they name.</param>
/// <param name="Baseline">Null: the profile of the data that the version was trained on.</param>
/// <param name="LeftOut">Columns that are not judged, such as ids and times.</param>
/// <param name="UnusualFeatures">A row out of the training range in at least so many columns at once is unusual.</param>
/// <param name="Segment">Input column by whose values quality is told apart too; null: none.</param>
public sealed record MonitoringPolicy(
    int WindowSeconds = 300,
    int MinimumSamples = 500,
    double Level = 0.001,
    IReadOnlyList<MeasureLimit>? Limits = null,
    BaselineWindow? Baseline = null,
    IReadOnlyList<string>? LeftOut = null,
    int UnusualFeatures = 3,
    string? Segment = null)
{
    public const int MostColumns = 1_000;
    public const int FewestSamples = 30;
    private static readonly TimeSpan LongestBaseline = TimeSpan.FromDays(7);

    public static readonly MonitoringPolicy Default = new();

    /// <summary>
    /// A population stability index above 0.2 is by custom a shift to act on, and the others are of that size: a Jensen-Shannon distance of 0.2, a
    /// tenth of the values elsewhere.
    /// </summary>
    private static readonly IReadOnlyList<MeasureLimit> DefaultLimits =
    [
        new(Measures.DriftPsi, Above: 0.2),
        new(Measures.PredictionPsi, Above: 0.2),
        new(Measures.NullShare, Above: 0.1),
        new(Measures.OutOfRangeShare, Above: 0.05),
        new(Measures.UnseenShare, Above: 0.05),
        new(Measures.TypeErrorShare, Above: 0.01),
        new(Measures.UnusualShare, Above: 0.01),
        new(Measures.ErrorShare, Above: 0.01),
        new(Measures.QualityChange, Below: -0.05),
        new(Measures.ConceptDrift, Above: 0.2),
    ];

    public MeasureLimit? LimitOf(string measure) =>
        Limits?.FirstOrDefault(limit => limit.Measure == measure) ?? DefaultLimits.FirstOrDefault(limit => limit.Measure == measure);

    public bool LeavesOut(string column) => LeftOut?.Contains(column) == true;

    public Refusal? Check()
    {
        if (WindowSeconds is < 10 or > 86_400 || 86_400 % WindowSeconds != 0)
            return new InvalidInput("windowSeconds", "10 to 86400, so that whole windows make a day");
        if (MinimumSamples is < FewestSamples or > 10_000_000)
            return new InvalidInput("minimumSamples", $"{FewestSamples} to 10000000");
        if (Level is not (>= 1e-9 and <= 0.1))
            return new InvalidInput("level", "0.000000001 to 0.1");
        if (UnusualFeatures is < 1 or > MostColumns)
            return new InvalidInput("unusualFeatures", $"1 to {MostColumns}");
        return CheckLimits() ?? CheckNames() ?? CheckBaseline();
    }

    private Refusal? CheckLimits()
    {
        var limits = Limits ?? [];
        return limits.Select(limit => limit.Measure).Distinct().Count() < limits.Count
            ? new InvalidInput("limits", "each measure once")
            : limits.Select((limit, i) => limit.Check($"limits[{i}]")).FirstOrDefault(refusal => refusal is not null);
    }

    private Refusal? CheckNames() =>
        LeftOut?.Count > MostColumns || LeftOut?.Any(name => name.Length is 0 or > Basics.Limits.Name) == true
            ? new InvalidInput("leftOut", $"at most {MostColumns} names of 1 to {Basics.Limits.Name} characters")
            : Segment?.Length is 0 or > Basics.Limits.Name ? new InvalidInput("segment", $"1 to {Basics.Limits.Name} characters") : null;

    private Refusal? CheckBaseline() =>
        Baseline is { } window && (window.From >= window.To || window.To - window.From > LongestBaseline)
            ? new InvalidInput("baseline", $"from before to, at most {LongestBaseline.TotalDays} days")
            : null;
}
