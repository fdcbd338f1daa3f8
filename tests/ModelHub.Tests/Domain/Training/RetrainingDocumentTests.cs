using System.Text.Json;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Training;
using Xunit;

namespace ModelHub.Tests.Domain.Training;

public sealed class RetrainingDocumentTests
{
    [Fact]
    public void What_is_left_out_is_as_usual()
    {
        var policy = Read("""{"onAlerts":["drift.*","quality.auc"],"schedule":{"cron":"0 0 3 ? * MON","timeZone":"Europe/Berlin"},"cooldown":"90m"}""").Value;

        Assert.Equal(
            (new CronSchedule("0 0 3 ? * MON", "Europe/Berlin"), false, TimeSpan.FromMinutes(90), 7, 3),
            (policy.Schedule, policy.OnNewData, policy.Cooldown, policy.RunsPerWeek, policy.BreakAfter));
        Assert.Equal(TimeSpan.FromHours(1), Read("{}").Value.Cooldown);
        Assert.Equal([true, true, false, false], new[] { "drift.psi", "quality.auc", "quality.brier", "drifts.psi" }.Select(policy.IsStartedBy));
    }

    [Theory]
    [InlineData("[]", "triggers")]
    [InlineData("""{"cooldwon":"1h"}""", "triggers.cooldwon")]
    [InlineData("""{"cooldown":"91d"}""", "triggers.cooldown")]
    [InlineData("""{"cooldown":true}""", "triggers.cooldown")]
    [InlineData("""{"onNewData":"yes"}""", "triggers.onNewData")]
    [InlineData("""{"runsPerWeek":0}""", "triggers.runsPerWeek")]
    [InlineData("""{"runsPerWeek":1.5}""", "triggers.runsPerWeek")]
    [InlineData("""{"breakAfter":101}""", "triggers.breakAfter")]
    [InlineData("""{"onAlerts":["*"]}""", "triggers.onAlerts")]
    [InlineData("""{"onAlerts":["drift.*.psi"]}""", "triggers.onAlerts")]
    [InlineData("""{"onAlerts":["drift.psi","drift.psi"]}""", "triggers.onAlerts")]
    [InlineData("""{"onAlerts":[1]}""", "triggers.onAlerts")]
    [InlineData("""{"schedule":{"cron":"0 0 3 ? * MON"}}""", "triggers.schedule.timeZone")]
    [InlineData("""{"schedule":{"cron":"0 0 3 ? * MON","timeZone":"Europe/Atlantis"}}""", "triggers.schedule.timeZone")]
    [InlineData("""{"schedule":{"cron":"","timeZone":"UTC"}}""", "triggers.schedule.cron")]
    [InlineData("""{"promote":{"environment":"staging"}}""", "triggers.promote")]
    [InlineData("""{"evaluation":{},"promote":{"environment":"staging","when":"always"}}""", "triggers.promote.when")]
    [InlineData("""{"evaluation":{},"promote":{"plan":"canary"}}""", "triggers.promote.environment")]
    [InlineData("""{"evaluation":{"heldOut":0.6}}""", "triggers.evaluation.heldOut")]
    [InlineData("""{"evaluation":{"shuffle":true}}""", "triggers.evaluation.shuffle")]
    [InlineData("""{"ledger":{"environment":"production"}}""", "triggers.ledger.window")]
    [InlineData("""{"ledger":{"environment":"production","window":"1s"}}""", "triggers.ledger.window")]
    [InlineData("""{"ledger":{"environment":"production","window":"30d","minimumRows":3}}""", "triggers.ledger.minimumRows")]
    public void What_cannot_be_meant_is_refused_by_the_name_of_its_field(string document, string field) =>
        Assert.Equal(field, Assert.IsType<InvalidInput>(Read(document).Refusal).Field);

    private static Result<RetrainingPolicy> Read(string document)
    {
        using var json = JsonDocument.Parse(document);
        return RetrainingDocument.Read(json.RootElement);
    }
}
