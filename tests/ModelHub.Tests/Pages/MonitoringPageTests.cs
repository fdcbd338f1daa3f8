using ModelHub.Console.Monitoring;
using Xunit;

namespace ModelHub.Tests.Pages;

public sealed class MonitoringPageTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_two_versions_in_a_window_the_one_that_drifted_further_is_shown_with_its_own_figures()
    {
        var concept = new ConceptOverTime(
            null,
            [Point(1, 0.1, 1), Point(0, 0.05, 1), Point(1, 0.64, 2), Point(1, 2.0, 2, "north")],
            [Point(1, -0.02, 1), Point(1, -0.21, 2)],
            [Point(1, -0.3, 2)]);

        Assert.Equal([0.05, 0.64], concept.Windows.Select(window => window.Value));
        Assert.Equal((-0.21, -0.3), (concept.ChangeAt(concept.Windows[1]), concept.QualityAt(concept.Windows[1])));
        Assert.Null(concept.QualityAt(concept.Windows[0]));
        Assert.Equal(0.2, concept.Limit);
    }

    [Theory]
    [InlineData(0.64, true, "FAIL", "0.64 standard deviations, limit 0.2, p 0.0003, of 300 labelled rows of v1")]
    [InlineData(0.01, false, "PASS", "0.01 standard deviations, limit 0.2, p 0.0003, of 300 labelled rows of v1")]
    [InlineData(null, null, "INCONCLUSIVE", "300 labelled rows of v1 say nothing yet")]
    public void A_window_says_what_it_found_and_never_that_nothing_changed_without_rows(double? value, bool? breached, string state, string words)
    {
        var point = Point(0, value, 1) with { Breached = breached };

        Assert.Equal((state, words), (point.Verdict.State, point.Words));
    }

    private static ConceptPoint Point(int minute, double? value, int version, string? segment = null) => new(At.AddMinutes(minute), value, 300, 0.0003, 0.2, value > 0.2, segment, version);
}
