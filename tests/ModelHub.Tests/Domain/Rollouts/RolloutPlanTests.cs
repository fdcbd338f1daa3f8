using System.Text.Json;
using System.Text.Json.Nodes;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Rollouts;
using Xunit;

namespace ModelHub.Tests.Domain.Rollouts;

public sealed class RolloutPlanTests
{
    private const string Canary = """
        {"name": "careful", "stages": [
          {"stage": "canary", "weight": 5, "hold": "30s", "minimumSamples": 200, "maximumTime": "10m", "limits": {"maxErrorRate": 0.01, "maxP99Ratio": 1.5}},
          {"stage": "live"}]}
        """;

    [Fact]
    public void A_document_says_what_it_says()
    {
        var plan = PlanDocument.Parse(Canary).Value;

        Assert.Equal(
            new RolloutPlan("careful", [
                new Stage.Canary(5, TimeSpan.FromSeconds(30), 200, TimeSpan.FromMinutes(10), new StageLimits(MaxErrorRate: 0.01, MaxP99Ratio: 1.5)), new Stage.Live()]),
            plan);
    }

    [Fact]
    public void What_is_written_and_what_is_stored_is_read_as_the_same_plan()
    {
        foreach (var plan in RolloutPlan.BuiltIn)
        {
            Assert.Null(plan.Check());
            Assert.Equal(plan, PlanDocument.Read(PlanDocument.Write(plan)).Value);
            Assert.Equal(plan, JsonSerializer.Deserialize<RolloutPlan>(JsonSerializer.Serialize(plan, Json.Options), Json.Options));
        }
    }

    [Theory]
    [InlineData("$.strategy", "\"x\"", "plan.strategy", "supported are name, stages")]
    [InlineData("$.name", "\"Not A Name\"", "plan.name", "a-z0-9")]
    [InlineData("$.name", null, "plan.name", "is needed")]
    [InlineData("$.stages", "[]", "plan.stages", "1 to 20")]
    [InlineData("$.stages", "7", "plan.stages", "a list")]
    [InlineData("$.stages[0].canaryTrafficPercent", "10", "plan.stages[0].canaryTrafficPercent", "not supported")]
    [InlineData("$.stages[0].stage", "\"dark\"", "plan.stages[0].stage", "shadow, canary or live")]
    [InlineData("$.stages[0].weight", "0", "plan.stages[0].weight", "0.01 to 99.99")]
    [InlineData("$.stages[0].weight", "100", "plan.stages[0].weight", "the stage live")]
    [InlineData("$.stages[0].weight", "\"5\"", "plan.stages[0].weight", "a finite number")]
    [InlineData("$.stages[0].hold", "\"soon\"", "plan.stages[0].hold", "10m")]
    [InlineData("$.stages[0].hold", "\"8d\"", "plan.stages[0].hold", "7 days")]
    [InlineData("$.stages[0].maximumTime", "\"20s\"", "plan.stages[0].maximumTime", "no shorter than hold")]
    [InlineData("$.stages[0].minimumSamples", "0", "plan.stages[0].minimumSamples", "1 to")]
    [InlineData("$.stages[0].minimumSamples", "1.5", "plan.stages[0].minimumSamples", "a whole number")]
    [InlineData("$.stages[0].limits", "{}", "plan.stages[0].limits", "at least one")]
    [InlineData("$.stages[0].limits.maxErrors", "1", "plan.stages[0].limits.maxErrors", "not supported")]
    [InlineData("$.stages[0].limits.maxErrorRate", "1.5", "plan.stages[0].limits.maxErrorRate", "0 to 1")]
    [InlineData("$.stages[0].limits.maxP99Ratio", "0.5", "plan.stages[0].limits.maxP99Ratio", "1 to 1000")]
    [InlineData("$.stages[0].limits.maxPredictionShift", "0", "plan.stages[0].limits.maxPredictionShift", "0.01 to 100")]
    [InlineData("$.stages[1].weight", "100", "plan.stages[1].weight", "not supported")]
    public void What_cannot_be_done_is_refused_by_its_name_and_never_ignored(string at, string? value, string field, string limit)
    {
        var refused = Assert.IsType<InvalidInput>(PlanDocument.Parse(With(at, value)).Refusal);

        Assert.Equal(field, refused.Field);
        Assert.Contains(limit, refused.Limit, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("{\"name\": \"a\", \"name\": \"b\", \"stages\": [{\"stage\": \"live\"}]}")]
    public void What_is_no_document_is_refused(string text) => Assert.Equal("plan", Assert.IsType<InvalidInput>(PlanDocument.Parse(text).Refusal).Field);

    [Fact]
    public void Live_is_the_end_and_shadows_come_first()
    {
        var (canary, live) = (RolloutPlan.Canary.Stages[0], RolloutPlan.Canary.Stages[^1]);
        var shadow = RolloutPlan.ShadowCanary.Stages[0];

        Assert.NotNull(new RolloutPlan("p", [canary]).Check());
        Assert.NotNull(new RolloutPlan("p", [live, live]).Check());
        Assert.NotNull(new RolloutPlan("p", [canary, shadow, live]).Check());
        Assert.Null(new RolloutPlan("p", [shadow, canary, live]).Check());
    }

    [Fact]
    public void A_watch_has_nothing_to_compare_with()
    {
        var compared = new WatchPolicy(TimeSpan.FromMinutes(5), new StageLimits(MaxErrorRate: 0.1, MaxP99Ratio: 2));

        Assert.Equal("watch.limits.maxP99Ratio", Assert.IsType<InvalidInput>(compared.Check("watch")).Field);
        Assert.Equal("watch.limits.maxPredictionShift", Assert.IsType<InvalidInput>((compared with { Limits = new(MaxPredictionShift: 0.2) }).Check("watch")).Field);
        Assert.Equal("watch.limits.minAgreement", Assert.IsType<InvalidInput>((compared with { Limits = new(MinAgreement: 0.9) }).Check("watch")).Field);
        Assert.Null((compared with { Limits = new StageLimits(MaxErrorRate: 0.1, MaxP99Ms: 50) }).Check("watch"));
        Assert.NotNull((compared with { Time = TimeSpan.Zero }).Check("watch"));
    }

    private static string With(string at, string? value)
    {
        var json = JsonNode.Parse(Canary)!;
        var (parent, name) = at[2..].Split('.') is var steps && steps.Length == 1 ? (json, steps[0]) : (Walk(json, steps[..^1]), steps[^1]);
        if (value is null)
            parent.AsObject().Remove(name);
        else
            parent[name] = JsonNode.Parse(value);
        return json.ToJsonString();
    }

    private static JsonNode Walk(JsonNode json, string[] steps) => steps.Aggregate(json, (node, step) =>
        step.EndsWith(']') ? node[step[..step.IndexOf('[')]]![step[^2] - '0']! : node[step]!);
}
