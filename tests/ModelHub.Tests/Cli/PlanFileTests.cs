using System.Text.Json;
using ModelHub.Cli.Graph;
using ModelHub.Domain.Rollouts;
using Xunit;

namespace ModelHub.Tests.Cli;

public sealed class PlanFileTests
{
    [Fact]
    public void Yaml_and_json_say_the_same()
    {
        var yaml = DocumentFile.Read("plan.yaml", """
            name: careful
            stages:
              - stage: canary
                weight: 2.5
                hold: 30s
                minimumSamples: 200
                maximumTime: 10m
                limits: { maxErrorRate: 0.01 }
              - stage: live
            """, "plan");
        var json = DocumentFile.Read("plan.json", """
            {"name": "careful", "stages": [{"stage": "canary", "weight": 2.5, "hold": "30s", "minimumSamples": 200, "maximumTime": "10m", "limits": {"maxErrorRate": 0.01}}, {"stage": "live"}]}
            """, "plan");

        var read = PlanDocument.Read(JsonSerializer.SerializeToElement(yaml)).Value;

        Assert.Equal(PlanDocument.Read(JsonSerializer.SerializeToElement(json)).Value, read);
        Assert.Equal(2.5, ((Stage.Canary)read.Stages[0]).Weight);
    }

    [Theory]
    [InlineData("plan.yaml", "name: [")]
    [InlineData("plan.json", "name: careful")]
    [InlineData("plan.yaml", "a: 1\na: 2")]
    [InlineData("plan.yaml", "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]")]
    public void What_is_no_plan_is_refused_with_the_file_and_the_reason(string file, string text)
    {
        var refused = Assert.Throws<RefusedException>(() => DocumentFile.Read(file, text, "plan"));

        Assert.Contains($"{file} is no plan", refused.Refusal.Message, StringComparison.Ordinal);
    }
}
