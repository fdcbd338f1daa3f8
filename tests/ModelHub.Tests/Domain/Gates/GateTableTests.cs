using System.Text.Json;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Models;
using Xunit;
using static ModelHub.Tests.Domain.Sample;

namespace ModelHub.Tests.Domain.Gates;

/// <summary>Every kind of gate: what passes, what fails, and that what is missing or broken is inconclusive and never a pass.</summary>
public sealed class GateTableTests
{
    private const Verdict Pass = Verdict.Pass, Fail = Verdict.Fail, Open = Verdict.Inconclusive;

    private static readonly MetricGate Gate = new("auc", 0, MetricDirection.HigherIsBetter);
    private static readonly MetricLimit Limit = new("auc", Min: 0.7, Max: 0.99);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);
    private static readonly ShadowTestRule Recent = new(TimeSpan.FromDays(7));
    private static readonly ShadowTestSeen Passed = new(Guid.Empty, 3, Pass, Now.AddDays(-1), "0 flips in 10000");

    public static TheoryData<Verdict, GateInputs> Table() => new()
    {
        { Pass, new ArtifactInputs("d", VersionState.Ready, ArtifactScan.NotApplicable) },
        { Fail, new ArtifactInputs("d", VersionState.Failed, null) },
        { Fail, new ArtifactInputs("d", VersionState.Ready, new(ScanVerdict.Dangerous, ["os.system"])) },
        { Open, new ArtifactInputs("d", VersionState.Pending, null) },
        { Open, new ArtifactInputs("d", VersionState.Ready, null) },
        { Open, new ArtifactInputs("d", VersionState.Ready, new(ScanVerdict.Clean, []), RunsCode: true) },
        { Pass, new SignatureInputs(Credit, Credit, true) },
        { Pass, new SignatureInputs(Credit, null, false) },
        { Fail, new SignatureInputs(Credit with { Inputs = [] }, Credit, true) },
        { Open, new SignatureInputs(null, Credit, true) },
        { Open, new SignatureInputs(Credit, null, true) },
        { Pass, new MetricInputs(Gate, 0.8, 0.8, true) },
        { Fail, new MetricInputs(Gate, 0.7, 0.8, true) },
        { Open, new MetricInputs(Gate, null, 0.8, true) },
        { Open, new MetricInputs(Gate, double.NaN, 0.8, true) },
        { Open, new MetricInputs(Gate, 0.8, double.NegativeInfinity, true) },
        { Pass, new MetricLimitInputs(Limit, 0.7) },
        { Pass, new MetricLimitInputs(Limit, 0.99) },
        { Fail, new MetricLimitInputs(Limit, 0.69) },
        { Fail, new MetricLimitInputs(Limit, 0.995) },
        { Open, new MetricLimitInputs(Limit, null) },
        { Open, new MetricLimitInputs(Limit, double.NaN) },
        { Open, new MetricLimitInputs(Limit, double.PositiveInfinity) },
        { Pass, new CheckInputs("unit", CheckState.Pass) },
        { Fail, new CheckInputs("unit", CheckState.Fail) },
        { Open, new CheckInputs("unit", null) },
        { Pass, new PromotedFromInputs("staging", true) },
        { Fail, new PromotedFromInputs("staging", false) },
        { Open, new PromotedFromInputs(null, false) },
        { Pass, new DataAgeInputs(Month, new("applications@3", Now - Month), Now) },
        { Fail, new DataAgeInputs(Month, new("applications@3", Now - Month - TimeSpan.FromSeconds(1)), Now) },
        { Open, new DataAgeInputs(Month, null, Now) },
        { Open, new DataAgeInputs(Month, new("applications@3", Now.AddHours(1)), Now) },
        { Pass, new ShadowTestInputs(Recent, Passed, 3, Now) },
        { Pass, new ShadowTestInputs(Recent, null, null, Now) },
        { Fail, new ShadowTestInputs(Recent, Passed with { Verdict = Fail }, 3, Now) },
        { Open, new ShadowTestInputs(Recent, Passed with { Verdict = Open }, 3, Now) },
        { Open, new ShadowTestInputs(Recent, null, 3, Now) },
        { Open, new ShadowTestInputs(Recent, Passed with { Verdict = null, EndedAt = null }, 3, Now) },
        { Open, new ShadowTestInputs(Recent, Passed with { EndedAt = null }, 3, Now) },
        { Open, new ShadowTestInputs(Recent, Passed with { Against = 2 }, 3, Now) },
        { Open, new ShadowTestInputs(Recent, Passed with { EndedAt = Now.AddDays(-8) }, 3, Now) },
        { Open, new ShadowTestInputs(Recent, Passed with { EndedAt = Now.AddHours(1) }, 3, Now) },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void A_gate_judges_and_judges_the_same_once_stored(Verdict verdict, GateInputs inputs)
    {
        var stored = JsonSerializer.Deserialize<GateInputs>(JsonSerializer.Serialize(inputs, Json.Options), Json.Options)!;

        Assert.Equal(verdict, inputs.Judge().Verdict);
        Assert.Equal(inputs.Judge(), stored.Judge());
        Assert.Equal(inputs.Gate, stored.Gate);
    }

    [Fact]
    public void The_table_has_every_kind_with_every_verdict()
    {
        var kinds = typeof(GateInputs).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(GateInputs)));
        var told = Table().Select(row => (row.Data.Item2.GetType(), row.Data.Item1)).Distinct();

        Assert.Equal(
            from kind in kinds from verdict in Enum.GetValues<Verdict>() orderby kind.Name, verdict select (kind, verdict),
            told.OrderBy(t => t.Item1.Name).ThenBy(t => t.Item2));
    }

    [Fact]
    public void The_words_of_a_verdict_do_not_change_with_the_clock()
    {
        var later = Now.AddHours(3);

        Assert.Equal(
            new DataAgeInputs(Month, new("a@1", Now), Now).Judge(), new DataAgeInputs(Month, new("a@1", Now), later).Judge());
        Assert.Equal(
            new ShadowTestInputs(Recent, Passed, 3, Now).Judge(), new ShadowTestInputs(Recent, Passed, 3, later).Judge());
    }

    [Fact]
    public void A_policy_asks_for_each_gate_once_and_the_facts_answer_all_of_them()
    {
        var policy = new Policy([Gate], ["unit"], 0)
        {
            MetricLimits = [Limit],
            FromEnvironmentBefore = true,
            MaxDataAge = Month,
            ShadowTest = Recent,
        };
        var facts = GateFacts.Of(
            Ready(4, new Metric("auc", 0.8)), Ready(3, new Metric("auc", 0.8)),
            new([new("unit", CheckState.Pass)], ["staging"], "staging", new("applications@3", Now), Passed), Now);
        var stored = JsonSerializer.Deserialize<GateFacts>(JsonSerializer.Serialize(facts, Json.Options), Json.Options)!;

        Assert.Equal(
            ["artifact", "signature", "metric:auc", "metric-limit:auc", "check:unit", "promoted-from:staging", "data-age", "shadow-test"],
            facts.Inputs(policy).Select(i => i.Gate));
        Assert.All(facts.Inputs(policy), i => Assert.Equal(Pass, i.Judge().Verdict));
        Assert.Equal(facts.Inputs(policy).Select(i => i.Judge()), stored.Inputs(policy).Select(i => i.Judge()));
    }

    [Fact]
    public void Evidence_has_the_same_digest_before_it_is_stored_and_after()
    {
        foreach (var (_, inputs) in Table().Select(row => row.Data))
        {
            var stored = JsonSerializer.Deserialize<GateInputs>(JsonSerializer.Serialize(inputs, Json.Options), Json.Options)!;
            Assert.Equal(Digest(inputs), Digest(stored));
        }

        static string Digest(GateInputs inputs) =>
            GateEvidence.Gather(ModelHub.Domain.Promotions.PromotionId.New(Now), inputs, "policy", Now).InputsDigest();
    }
}
