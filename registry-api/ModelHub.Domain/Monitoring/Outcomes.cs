using ModelHub.Domain.Predictions.Quality;

namespace ModelHub.Domain.Monitoring;

/// <summary>
/// Labelled rows that the model took for alike. Of classes: one predicted class, and how sure the model was of it, to a twentieth. Of numbers: what was
/// predicted, to a quarter of an octave.
/// </summary>
/// <param name="Class">The predicted class; empty for numbers.</param>
/// <param name="Bin">−1 when no probability was told.</param>
/// <param name="Right">Rows whose class was the label.</param>
/// <param name="Sum">Of the errors: of classes 1 or 0, for right or wrong, less the probability; of numbers the label less what was predicted.</param>
/// <param name="Squares">The sum of the squares of the errors.</param>
public sealed record OutcomeStratum(string Class, int Bin, long Rows, long Right, double Sum, double Squares)
{
    internal OutcomeStratum Plus(OutcomeStratum other) =>
        this with { Rows = Rows + other.Rows, Right = Right + other.Right, Sum = Sum + other.Sum, Squares = Squares + other.Squares };
}

/// <summary>How predictions came out, by what the model said of them: all that is needed of the labels of a window once it is over. They add up.</summary>
/// <param name="Task">Null without labels.</param>
/// <param name="Score">The mean of quality over requests.</param>
public sealed record Outcomes(QualityTask? Task, IReadOnlyList<OutcomeStratum> Strata, QualityScore Score)
{
    public static readonly Outcomes None = new(null, [], QualityScore.None);

    public long Rows => Strata.Sum(s => s.Rows);

    /// <summary>Of both; the other's alone when it is of another task, as after a label's meaning changed.</summary>
    public Outcomes Plus(Outcomes other)
    {
        if (Rows == 0 || (other.Rows > 0 && other.Task != Task))
            return other;
        var strata = Strata.Concat(other.Strata).GroupBy(s => (s.Class, s.Bin)).Select(g => g.Aggregate((a, b) => a.Plus(b)));
        return this with
        {
            Strata = [.. strata.OrderBy(s => s.Class, StringComparer.Ordinal).ThenBy(s => s.Bin)],
            Score = Score with { Requests = Score.Requests + other.Score.Requests, Sum = Score.Sum + other.Score.Sum, Squares = Score.Squares + other.Score.Squares },
        };
    }
}

/// <summary>The outcomes of one judged window.</summary>
public sealed record OutcomeWindow(DateTimeOffset From, DateTimeOffset To, Outcomes Outcomes);
