using ModelHub.Domain.Basics;
using ModelHub.Domain.Models;

namespace ModelHub.Domain.Experiments;

public enum MetricSource
{
    /// <summary>A number that comes later, with the key or the request.</summary>
    Labels,

    /// <summary>The first answer that a key got from its arm.</summary>
    Answer,
}

/// <summary>The one number that each key counts with.</summary>
/// <param name="Output">Of an answer: the mean of this output over its rows. Null for labels.</param>
/// <param name="Class">Of an answer: instead, the share of its rows taken for this class.</param>
public sealed record ExperimentMetric(MetricSource Source, string? Output = null, string? Class = null)
{
    public static readonly ExperimentMetric Labels = new(MetricSource.Labels);

    public Refusal? Check() => (Source, Output, Class) switch
    {
        (MetricSource.Labels, null, null) => null,
        (MetricSource.Labels, _, _) => new InvalidInput("metric.output", "none: labels are numbers of their own"),
        (_, null or "", _) => new InvalidInput("metric.output", "the name of an output"),
        _ => Texts.Longer("metric.output", Output, Limits.Name) ?? Texts.Longer("metric.class", Class, Limits.Name),
    };

    /// <summary>Whether every arm has the output; null when it has.</summary>
    public Refusal? Check(Signature signature)
    {
        if (Source == MetricSource.Labels)
            return null;
        return signature.Outputs.Any(o => o.Name == Output)
            ? null
            : new InvalidInput("metric.output", $"one of {string.Join(", ", signature.Outputs.Select(o => o.Name))}");
    }
}
