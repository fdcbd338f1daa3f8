using System.Globalization;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Experiments;

/// <summary>How an experiment is run and what it is judged by.</summary>
/// <param name="Key">What tells one user from another; the same key always gets the same arm, and counts once.</param>
/// <param name="Alpha">The chance, from 0 to 1, of calling arms different that are not, however often one looks and over all arms together.</param>
/// <param name="MinimumSamples">Keys with a value that each of two arms needs before they are compared.</param>
/// <param name="MaximumTime">From the moment it runs; what is undecided then stays so.</param>
public sealed record ExperimentOptions(
    StickyKey Key, ExperimentMetric Metric, MetricDirection Direction, double Alpha, int MinimumSamples, TimeSpan MaximumTime)
{
    public const double DefaultAlpha = 0.05;
    public const double SmallestAlpha = 0.0001;
    public const double LargestAlpha = 0.2;
    public const int DefaultSamples = 100;

    /// <summary>With fewer, a variance that is only estimated says too little.</summary>
    public const int FewestSamples = 30;
    public const int MostSamples = 10_000_000;
    public static readonly TimeSpan DefaultTime = TimeSpan.FromDays(14);
    public static readonly TimeSpan ShortestTime = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan LongestTime = TimeSpan.FromDays(90);

    public static readonly ExperimentOptions Default =
        new(new StickyKey(StickySource.Header, "x-user"), ExperimentMetric.Labels, MetricDirection.HigherIsBetter, DefaultAlpha, DefaultSamples, DefaultTime);

    public Refusal? Check()
    {
        if (Key.Check("key.name") is { } unfit)
            return unfit;
        if (!(Alpha >= SmallestAlpha && Alpha <= LargestAlpha))
            return new InvalidInput("alpha", string.Create(CultureInfo.InvariantCulture, $"{SmallestAlpha} to {LargestAlpha}"));
        if (MinimumSamples is < FewestSamples or > MostSamples)
            return new InvalidInput("minimumSamples", $"{FewestSamples} to {MostSamples}");
        if (MaximumTime < ShortestTime || MaximumTime > LongestTime)
            return new InvalidInput("maximumTime", $"{ShortestTime.TotalSeconds} seconds to {LongestTime.TotalDays} days");
        return Metric.Check();
    }
}
