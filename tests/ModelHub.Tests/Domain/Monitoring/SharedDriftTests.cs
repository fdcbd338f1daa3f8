using System.Globalization;
using System.Text.Json;
using ModelHub.Domain.Monitoring;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Domain.Monitoring;

/// <summary>The formulas against figures that others have computed of real data, on the same bins. Read from beside the checkout, never copied.</summary>
public sealed class SharedDriftTests
{
    public static TheoryData<string> Sets => ["elec2", "bike_sharing", "taxis_by_area"];

    [Theory]
    [MemberData(nameof(Sets))]
    public void Every_column_of_every_window_is_as_far_away_as_is_expected(string set)
    {
        var data = DriftData.Read(set);
        var compared = 0;
        foreach (var window in data.Windows)
            foreach (var (name, expected) in window.Columns)
                compared += expected.GetProperty("kind").GetString() == "numeric"
                    ? Numeric(expected, data.Reference.Numbers(name), window.Rows.Numbers(name))
                    : Text(expected);

        Assert.True(compared > 100, $"{compared} figures were compared.");
    }

    private static int Numeric(JsonElement expected, IReadOnlyList<double> reference, IReadOnlyList<double> window)
    {
        var bins = expected.GetProperty("bins");
        var (p, q) = (Longs(bins.GetProperty("reference")), Longs(bins.GetProperty("window")));
        var ks = expected.GetProperty("ks");
        var d = KolmogorovSmirnov.OfSamples(reference, window);
        Near(expected, "psi_q10_left_1e-4", Psi.Of(p, q)!.Value);
        Near(expected, "psi_q10_left_1e-6", Psi.Of(p, q, 1e-6)!.Value);
        Near(expected, "js_distance", JensenShannon.Of(p, q)!.Value);
        Near(expected, "wasserstein", Wasserstein.OfSamples(reference, window));
        Near(ks, "statistic", d);
        Near(ks, "pvalue", KolmogorovSmirnov.PValue(d, reference.Count, window.Count));
        var edges = Edges(bins);
        Near(expected, "psi_q10_outside_1e-4", Psi.Of(edges.Count(reference), edges.Count(window))!.Value);
        return 7;
    }

    private static int Text(JsonElement expected)
    {
        var counts = expected.GetProperty("counts").EnumerateObject().Select(c => Longs(c.Value)).ToList();
        long[] p = [.. counts.Select(c => c[0])], q = [.. counts.Select(c => c[1])];
        var test = ChiSquare.Of(p, q)!;
        Near(expected, "psi_cat_1e-4", Psi.Of(p, q)!.Value);
        Near(expected, "js_distance", JensenShannon.Of(p, q)!.Value);
        Near(expected.GetProperty("chi2"), "statistic", test.Statistic);
        Near(expected.GetProperty("chi2"), "pvalue", test.PValue);
        return 4;
    }

    /// <summary>The inner edges between the smallest and the largest value of the reference.</summary>
    private static NumberBins Edges(JsonElement bins) => NumberBins.Of(
        bins.GetProperty("reference_min").GetDouble(), bins.GetProperty("reference_max").GetDouble(),
        [.. bins.GetProperty("edges").EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Number).Select(e => e.GetDouble())]);

    private static void Near(JsonElement expected, string name, double value) =>
        Assert.True(Math.Abs(expected.GetProperty(name).GetDouble() - value) <= 1e-6, string.Create(CultureInfo.InvariantCulture, $"{name}: {expected.GetProperty(name)} was expected, {value} found."));

    private static long[] Longs(JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetInt64())];
}
