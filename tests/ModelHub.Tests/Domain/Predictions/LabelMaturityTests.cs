using ModelHub.Domain.Predictions.Quality;
using Xunit;

namespace ModelHub.Tests.Domain.Predictions;

public sealed class LabelMaturityTests
{
    private static readonly DateTimeOffset T = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Three predictions of two hours, one of ten minutes: after an hour three are old enough, of which one was labelled by then.</summary>
    [Fact]
    public void What_is_too_young_to_have_a_label_is_not_missing_one()
    {
        var points = LabelMaturity.Of([(T, T.AddSeconds(30)), (T, T.AddMinutes(90)), (T, null), (T.AddMinutes(110), T.AddMinutes(111))], T.AddMinutes(120));

        Assert.Equal([(4, 2), (4, 2), (3, 1), (0, 0), (0, 0), (0, 0), (0, 0)], points.Select(p => (p.Predictions, p.Labelled)));
        Assert.Equal(1.0 / 3, points[2].Share);
        Assert.Null(points[3].Share);
    }

    [Fact]
    public void A_label_that_came_before_its_prediction_was_written_counts_at_once() =>
        Assert.Equal(1, LabelMaturity.Of([(T, T.AddSeconds(-5))], T.AddDays(1))[0].Labelled);
}
