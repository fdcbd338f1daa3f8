using ModelHub.Domain.Basics;
using ModelHub.Domain.Monitoring;
using Xunit;

namespace ModelHub.Tests.Domain.Monitoring;

public sealed class MonitoringPolicyTests
{
    public static TheoryData<MonitoringPolicy, string> Unfit => new()
    {
        { new(WindowSeconds: 9), "windowSeconds" },
        { new(WindowSeconds: 86_401), "windowSeconds" },
        { new(WindowSeconds: 70), "windowSeconds" },
        { new(MinimumSamples: 29), "minimumSamples" },
        { new(Level: 0), "level" },
        { new(Level: double.NaN), "level" },
        { new(UnusualFeatures: 0), "unusualFeatures" },
        { new(Limits: [new("drift.unknown", 1)]), "limits[0].measure" },
        { new(Limits: [new(Measures.DriftPsi)]), "limits[0].above" },
        { new(Limits: [new(Measures.DriftPsi, Above: double.NaN)]), "limits[0].above" },
        { new(Limits: [new(Measures.Accuracy, Above: 0.1, Below: 0.2)]), "limits[0].below" },
        { new(Limits: [new(Measures.DriftPsi, 1), new(Measures.DriftPsi, 2)]), "limits" },
        { new(LeftOut: [""]), "leftOut" },
        { new(Segment: ""), "segment" },
        { new(Baseline: new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch)), "baseline" },
        { new(Baseline: new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(8))), "baseline" },
    };

    [Theory]
    [MemberData(nameof(Unfit))]
    public void What_does_not_fit_is_refused_by_its_name(MonitoringPolicy policy, string field) =>
        Assert.Equal(field, Assert.IsType<InvalidInput>(policy.Check()).Field);

    [Fact]
    public void A_limit_of_ones_own_takes_the_place_of_the_default()
    {
        var policy = new MonitoringPolicy(Limits: [new(Measures.DriftPsi, Above: 0.5), new(Measures.Accuracy, Below: 0.8)]);

        Assert.Null(policy.Check());
        Assert.Null(MonitoringPolicy.Default.Check());
        Assert.Equal((0.5, 0.2), (policy.LimitOf(Measures.DriftPsi)!.Above, policy.LimitOf(Measures.PredictionPsi)!.Above));
        Assert.True(policy.LimitOf(Measures.Accuracy)!.IsBrokenBy(0.79));
        Assert.False(policy.LimitOf(Measures.Accuracy)!.IsBrokenBy(0.8));
        Assert.Null(policy.LimitOf(Measures.Mae));
    }
}
