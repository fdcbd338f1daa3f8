using System.Text.Json;

namespace ModelHub.Domain.Training.Search;

/// <summary>One setting that is searched, and where.</summary>
public abstract record SearchedParameter(string Name)
{
    /// <param name="Log">Drawn evenly in its logarithm, so that 0.001 to 0.01 is as likely as 0.1 to 1.</param>
    /// <param name="Whole">Whole numbers only.</param>
    public sealed record Range(string Name, double Min, double Max, bool Log, bool Whole) : SearchedParameter(Name);

    /// <param name="Values">Any JSON values.</param>
    public sealed record Choice(string Name, IReadOnlyList<JsonElement> Values) : SearchedParameter(Name);
}

/// <summary>How a run searches its settings.</summary>
/// <param name="Trials">So many choices of settings are drawn.</param>
/// <param name="Parallel">So many train at a time.</param>
/// <param name="Metric">What is compared, on validation rows that are neither trained on nor held out.</param>
/// <param name="Maximise">More is better.</param>
/// <param name="Validation">Share of the rows before the held-out ones, at their end.</param>
/// <param name="Rungs">1: every trial has all rows at once.</param>
/// <param name="Reduction">One of so many goes up a rung, and a rung has so many times the rows of the one below.</param>
/// <param name="Timeout">Then no trial begins and those that run are stopped; the best so far wins.</param>
/// <param name="TimeColumn">Orders the rows where the pipeline's evaluation does not; null: they are in order.</param>
public sealed record SearchRule(
    IReadOnlyList<SearchedParameter> Parameters, int Trials, int Parallel, string Metric, bool Maximise, int Seed, double Validation, int Rungs, int Reduction, TimeSpan Timeout, string? TimeColumn)
{
    public const string Field = "search";
    public const int MostTrials = 200;
    public const int MostParallel = 4;
    public const int MostRungs = 5;
    public const int MostReduction = 10;
    public const int MostParameters = 20;
    public const int MostChoices = 100;
    public static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(7);

    /// <summary>The rung with all rows. Of 8 trials at a reduction of 3 one can come two rungs up, whatever is asked for: 8 → 2 → 1.</summary>
    public int Top => Math.Min(Rungs - 1, (int)Math.Floor(Math.Log(Trials, Reduction) + 1e-9));

    /// <summary>The share of the training rows at a rung: with three rungs and a reduction of 3 a ninth, a third, all.</summary>
    public double Share(int rung) => Math.Pow(Reduction, rung - Top);

    /// <summary>Best first; of equal ones the one drawn first.</summary>
    public IComparer<(double Metric, int Number)> Best => Comparer<(double Metric, int Number)>.Create((a, b) =>
    {
        var order = Maximise ? b.Metric.CompareTo(a.Metric) : a.Metric.CompareTo(b.Metric);
        return order != 0 ? order : a.Number.CompareTo(b.Number);
    });
}
