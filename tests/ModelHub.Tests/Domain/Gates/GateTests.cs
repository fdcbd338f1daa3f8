using System.Text.Json;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Models;
using ModelHub.Domain.Promotions;
using Xunit;
using static ModelHub.Tests.Domain.Sample;

namespace ModelHub.Tests.Domain.Gates;

public sealed class GateTests
{
    private const MetricDirection Higher = MetricDirection.HigherIsBetter;
    private const MetricDirection Lower = MetricDirection.LowerIsBetter;

    [Theory]
    [InlineData(0.81, 0.80, 0.0, Higher, Verdict.Pass)]
    [InlineData(0.80, 0.80, 0.0, Higher, Verdict.Pass)]
    [InlineData(0.79, 0.80, 0.0, Higher, Verdict.Fail)]
    [InlineData(0.79, 0.80, -0.02, Higher, Verdict.Pass)]
    [InlineData(0.80, 0.80, 0.01, Higher, Verdict.Fail)]
    [InlineData(0.57, 0.56, 0.01, Higher, Verdict.Pass)]
    [InlineData(0.20, 0.25, 0.0, Lower, Verdict.Pass)]
    [InlineData(0.26, 0.25, 0.0, Lower, Verdict.Fail)]
    [InlineData(double.NaN, 0.80, 0.0, Higher, Verdict.Inconclusive)]
    [InlineData(double.PositiveInfinity, 0.80, 0.0, Higher, Verdict.Inconclusive)]
    [InlineData(0.81, double.NaN, 0.0, Higher, Verdict.Inconclusive)]
    [InlineData(null, 0.80, 0.0, Higher, Verdict.Inconclusive)]
    [InlineData(0.81, null, 0.0, Higher, Verdict.Inconclusive)]
    public void A_metric_is_judged_against_the_champion(double? candidate, double? champion, double margin, MetricDirection direction, Verdict verdict) =>
        Assert.Equal(verdict, new MetricInputs(new MetricGate("auc", margin, direction), candidate, champion, HasChampion: true).Judge().Verdict);

    [Fact]
    public void Without_a_champion_a_measured_metric_will_do_and_a_missing_one_never()
    {
        var rule = new MetricGate("auc", 0.1, Higher);

        Assert.Equal(Verdict.Pass, new MetricInputs(rule, 0.7, null, HasChampion: false).Judge().Verdict);
        Assert.Equal(Verdict.Inconclusive, new MetricInputs(rule, null, null, HasChampion: false).Judge().Verdict);
        Assert.Equal(Verdict.Inconclusive, new MetricInputs(rule, double.NaN, null, HasChampion: false).Judge().Verdict);
    }

    [Fact]
    public void Recomputing_stored_evidence_gives_the_stored_verdict()
    {
        var champion = Ready(1, new Metric("auc", 0.80), new Metric("loss", double.NaN));
        var candidate = Ready(2, new Metric("auc", 0.83), new Metric("loss", 0.4));
        var policy = new Policy([new MetricGate("auc", 0.01, Higher), new MetricGate("loss", 0, Lower)], ["unit"], 0, "staging");
        var facts = GateFacts.Of(candidate, champion, new([], ["staging"]), Now);

        foreach (var inputs in facts.Inputs(policy))
        {
            var evidence = GateEvidence.Gather(PromotionId.New(Now), inputs, policy.DigestOf(), Now);
            var stored = JsonSerializer.Deserialize<GateInputs>(JsonSerializer.Serialize(inputs, Json.Options), Json.Options)!;
            Assert.Equal(evidence.Verdict, GateEvidence.Recompute(evidence));
            Assert.Equal(new Judgement(evidence.Verdict, evidence.Reason), stored.Judge());
        }

        Assert.Equal(
            ["artifact Pass", "signature Pass", "metric:auc Pass", "metric:loss Inconclusive", "check:unit Inconclusive", "promoted-from:staging Pass"],
            facts.Inputs(policy).Select(i => $"{i.Gate} {i.Judge().Verdict}"));
    }

    [Fact]
    public void A_dangerous_or_unscanned_artifact_does_not_pass()
    {
        var dangerous = new ArtifactScan(ScanVerdict.Dangerous, ["os.system"]);

        Assert.Equal(Verdict.Fail, new ArtifactInputs("d", VersionState.Ready, dangerous).Judge().Verdict);
        Assert.Equal(Verdict.Inconclusive, new ArtifactInputs("d", VersionState.Ready, ArtifactScan.NotApplicable, RunsCode: true).Judge().Verdict);
        Assert.Equal(Verdict.Pass, new ArtifactInputs("d", VersionState.Ready, dangerous, RunsCode: true, AcceptedBy: "user:bob").Judge().Verdict);
        Assert.Equal(Verdict.Inconclusive, new ArtifactInputs("d", VersionState.Ready, null).Judge().Verdict);
        Assert.Equal(Verdict.Inconclusive, new ArtifactInputs("d", VersionState.Validating, ArtifactScan.NotApplicable).Judge().Verdict);
    }

    public static TheoryData<string, Func<Signature, Signature>, bool> Changes() => new()
    {
        { "nothing", s => s, true },
        { "an input widens", s => Input(s, s.Inputs[0] with { Shape = [-1, -1] }), true },
        { "an input narrows", s => Input(s, s.Inputs[0] with { Shape = [1, 1] }), false },
        { "an input changes its type", s => Input(s, s.Inputs[0] with { Datatype = "FP64" }), false },
        { "an input changes its rank", s => Input(s, s.Inputs[0] with { Shape = [-1] }), false },
        { "an input goes", s => s with { Inputs = [s.Inputs[0]] }, false },
        { "an input comes", s => s with { Inputs = [.. s.Inputs, new TensorSpec("age", "FP32", [-1, 1])] }, false },
        { "inputs change places", s => s with { Inputs = [s.Inputs[1], s.Inputs[0]] }, true },
        { "an output narrows", s => Output(s, s.Outputs[0] with { Shape = [1] }), true },
        { "an output widens", s => s with { Outputs = [s.Outputs[0], s.Outputs[1] with { Shape = [-1, -1] }] }, false },
        { "an output comes", s => s with { Outputs = [.. s.Outputs, new TensorSpec("score", "FP32", [-1])] }, true },
        { "an output goes", s => s with { Outputs = [s.Outputs[0]] }, false },
        { "labels change places", s => s with { Outputs = [s.Outputs[0], s.Outputs[1] with { Labels = ["1", "0"] }] }, false },
        { "an input narrows one dimension of two", s => s with { Inputs = [new("income", "FP32", [-1, 1]), s.Inputs[1] with { Shape = [8, 1] }] }, false },
        { "an input takes a wider type", s => s with { Inputs = [s.Inputs[0] with { Datatype = "FP64" }, s.Inputs[1]] }, false },
        { "an input takes another name", s => Input(s, s.Inputs[0] with { Name = "Income" }), false },
        { "an output gives a wider type", s => Output(s, s.Outputs[0] with { Datatype = "FP64" }), false },
        { "an output gains a dimension", s => Output(s, s.Outputs[0] with { Shape = [-1, 1] }), false },
        { "outputs change places", s => s with { Outputs = [s.Outputs[1], s.Outputs[0]] }, true },
        { "labels come where there were none", s => Output(s, s.Outputs[0] with { Labels = ["label"] }), true },
        { "a label comes to others", s => s with { Outputs = [s.Outputs[0], s.Outputs[1] with { Shape = [-1, 3], Labels = ["0", "1", "2"] }] }, false },
        { "labels go", s => s with { Outputs = [s.Outputs[0], s.Outputs[1] with { Labels = null }] }, false },
        { "a map becomes a tensor", s => s with { Outputs = [s.Outputs[0], s.Outputs[1] with { Kind = TensorKind.Tensor }] }, false },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Callers_of_the_champion_must_be_able_to_stay_as_they_are(string change, Func<Signature, Signature> make, bool compatible)
    {
        var breaks = Compatibility.Breaks(Credit, make(Credit));

        Assert.True(compatible == (breaks.Count == 0), $"{change}: {string.Join("; ", breaks)}");
    }

    private static Signature Input(Signature s, TensorSpec first) => s with { Inputs = [first, .. s.Inputs.Skip(1)] };

    private static Signature Output(Signature s, TensorSpec first) => s with { Outputs = [first, .. s.Outputs.Skip(1)] };
}
