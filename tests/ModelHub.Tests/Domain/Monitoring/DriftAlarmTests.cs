using System.Text.Json;
using ModelHub.Domain.Monitoring;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Domain.Monitoring;

/// <summary>Real data through a router's counting to a judgement, by the default limits.</summary>
public sealed class DriftAlarmTests
{
    private static readonly MonitoringPolicy Policy = MonitoringPolicy.Default with { MinimumSamples = 90 };

    [Theory]
    [MemberData(nameof(SharedDriftTests.Sets), MemberType = typeof(SharedDriftTests))]
    public void Windows_without_drift_raise_no_alarm_and_others_name_their_columns_in_order(string set)
    {
        var data = DriftData.Read(set);
        var traffic = SketchedTraffic.From(data.ReferencePath, data.Features, TestContext.Current.CancellationToken);

        foreach (var window in data.Windows)
        {
            traffic.Send(window.Rows, 0, window.Rows.Rows.Count);
            var sketch = traffic.Take();
            var values = traffic.Judge(sketch, Policy);

            Assert.Equal((window.Rows.Rows.Count, 0), (sketch.Rows, sketch.Unseen));
            var breaches = values.Where(v => v.Breached == true).ToList();
            if (window.IsControl)
                Assert.Empty(breaches.Select(b => $"{b.Measure} {b.Column} {b.Value}"));
            else
                Compare(window, [.. values.Where(v => v.Measure == Measures.DriftPsi)]);
        }
    }

    [Fact]
    public void The_summer_a_year_later_drifts_little_and_raises_no_alarm_about_its_inputs()
    {
        var data = DriftData.Read("bike_sharing");
        var traffic = SketchedTraffic.From(data.ReferencePath, data.Features, TestContext.Current.CancellationToken);
        var window = data.Windows.Single(w => w.File.Contains("summer_2012", StringComparison.Ordinal));

        traffic.Send(window.Rows, 0, window.Rows.Rows.Count);

        Assert.DoesNotContain(traffic.Judge(traffic.Take(), Policy), v => v.Measure == Measures.DriftPsi && v.Breached == true);
    }

    /// <summary>
    /// Tenths lie where values repeat, and two programs part 0.7 and 0.70000001 in two ways, so that the index is the expected one to a hundredth. The order of
    /// the columns that drifted is the expected one; all that are far beyond the limit raise an alarm, and none that is within it.
    /// </summary>
    private static void Compare(DriftWindow window, IReadOnlyList<MonitorValue> found)
    {
        var expected = found.ToDictionary(v => v.Column!, v => Expected(window.Columns[v.Column!]));
        foreach (var value in found)
            Assert.True(Math.Abs(value.Value!.Value - expected[value.Column!]) <= 0.001 + 0.01 * expected[value.Column!], $"{window.File} {value.Column}: {expected[value.Column!]} was expected, {value.Value} found.");
        string[] drifted = [.. expected.Where(e => e.Value > 0.2).OrderByDescending(e => e.Value).Select(e => e.Key)];
        string[] alarmed = [.. found.Where(v => v.Breached == true).OrderByDescending(v => v.Value).Select(v => v.Column!)];
        Assert.Equal(drifted, found.OrderByDescending(v => v.Value).Select(v => v.Column!).Take(drifted.Length));
        Assert.Equal(drifted.Where(alarmed.Contains), alarmed);
        Assert.Superset(drifted.Where(column => expected[column] > 0.25).ToHashSet(), alarmed.ToHashSet());
    }

    private static double Expected(JsonElement column) =>
        column.TryGetProperty("psi_q10_outside_1e-4", out var numbers) ? numbers.GetDouble() : column.GetProperty("psi_cat_1e-4").GetDouble();
}
