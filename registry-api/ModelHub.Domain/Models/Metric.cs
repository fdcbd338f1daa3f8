using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Models;

/// <summary>A measured figure. NaN is kept as NaN: a gate must see that the measurement failed.</summary>
public sealed record Metric(string Name, double Value)
{
    public static Refusal? Check(IReadOnlyCollection<Metric> metrics)
    {
        if (metrics.Count > Limits.Metrics)
            return new InvalidInput("metrics", $"at most {Limits.Metrics}");
        if (metrics.Any(m => m.Name.Length is 0 or > Limits.Name))
            return new InvalidInput("metrics.name", $"1 to {Limits.Name} characters");
        return metrics.DistinctBy(m => m.Name).Count() == metrics.Count ? null : new InvalidInput("metrics.name", "each name once");
    }
}

/// <summary>A setting the version was made with, as text.</summary>
public sealed record Parameter(string Name, string Value)
{
    public static Refusal? Check(IReadOnlyCollection<Parameter> parameters)
    {
        if (parameters.Count > Limits.Parameters)
            return new InvalidInput("parameters", $"at most {Limits.Parameters}");
        if (parameters.Any(p => p.Name.Length is 0 or > Limits.Name || p.Value.Length > Limits.ParameterValue))
            return new InvalidInput("parameters", $"names of 1 to {Limits.Name} and values of at most {Limits.ParameterValue} characters");
        return parameters.DistinctBy(p => p.Name).Count() == parameters.Count ? null : new InvalidInput("parameters.name", "each name once");
    }
}
