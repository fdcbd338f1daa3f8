namespace ModelHub.Domain.Predictions.Quality;

/// <summary>How many of the predictions that are at least so old had a label after that time.</summary>
/// <param name="After">Since the prediction.</param>
/// <param name="Predictions">Answered rows that are that old.</param>
/// <param name="Labelled">Those of them whose first label had come by then.</param>
public sealed record MaturityPoint(TimeSpan After, long Predictions, long Labelled)
{
    /// <summary>Null when none is that old.</summary>
    public double? Share => Predictions == 0 ? null : (double)Labelled / Predictions;
}

/// <summary>How complete the labels of a window are: what has not come yet is not missing.</summary>
public static class LabelMaturity
{
    public static readonly IReadOnlyList<TimeSpan> Ages =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromHours(1), TimeSpan.FromHours(6), TimeSpan.FromDays(1), TimeSpan.FromDays(7), TimeSpan.FromDays(30),
    ];

    /// <param name="rows">When each was predicted, and when its first label came; null: none has.</param>
    public static IReadOnlyList<MaturityPoint> Of(IReadOnlyCollection<(DateTimeOffset At, DateTimeOffset? LabelledAt)> rows, DateTimeOffset knownAt) =>
    [
        .. Ages.Select(age => new MaturityPoint(
            age, rows.LongCount(r => r.At + age <= knownAt), rows.LongCount(r => r.At + age <= knownAt && r.LabelledAt is { } came && came - r.At <= age))),
    ];
}
