using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Data;
using Xunit;

namespace ModelHub.Tests.Api.Training;

public sealed class RetrainingTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Selection = "pipeline { name revision triggers { schedule { cron timeZone } onNewData onAlerts cooldown runsPerWeek breakAfter } triggersSetBy }";
    private const string Run = "trainingRun { id state causes { kind about } override { guard reason } }";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Triggers_are_set_told_and_taken_away()
    {
        using var ada = await host.OfPersonAsync("ada", Role.Contributor);
        var pipeline = await PipelineAsync(ada, "set");
        var triggers = new { schedule = new { cron = "0 0 3 ? * MON", timeZone = "Europe/Berlin" }, onNewData = true, onAlerts = new[] { "drift.*" }, cooldown = "6h" };

        var set = (await ada.DoAsync("setPipelineTriggers", new { pipeline, triggers, idempotencyKey = "once" }, Selection)).GetProperty("pipeline");
        var again = (await ada.DoAsync("setPipelineTriggers", new { pipeline, triggers, idempotencyKey = "once" }, Selection)).GetProperty("pipeline");
        var off = (await ada.DoAsync("setPipelineTriggers", new { pipeline }, Selection)).GetProperty("pipeline");

        Assert.Equal(
            """{"schedule":{"cron":"0 0 3 ? * MON","timeZone":"Europe/Berlin"},"onNewData":true,"onAlerts":["drift.*"],"cooldown":"PT6H","runsPerWeek":7,"breakAfter":3}""",
            set.GetProperty("triggers").GetRawText());
        Assert.Equal("user:ada", set.GetProperty("triggersSetBy").GetString());
        Assert.Equal(set.GetRawText(), again.GetRawText());
        Assert.Equal(JsonValueKind.Null, off.GetProperty("triggers").ValueKind);
        await using var db = host.Open();
        Assert.Equal(2, await db.Events.CountAsync(e => e.Type == "pipeline.triggers-set" && e.Subject == $"pipeline:{pipeline}", Ct));
    }

    [Theory]
    [InlineData("every day", "UTC")]
    [InlineData("* * * * * ?", "UTC")]
    [InlineData("0/30 * * * * ?", "UTC")]
    [InlineData("0 0 0 30 2 ?", "UTC")]
    [InlineData("0 0 3 * * ? 1999", "UTC")]
    public async Task A_schedule_that_is_none_or_fires_too_often_or_never_is_refused(string cron, string timeZone)
    {
        using var admin = await host.AdminAsync();
        var pipeline = await PipelineAsync(admin, $"cron-{Guid.NewGuid():N}");

        var refused = await admin.RefusedAsync("setPipelineTriggers", new { pipeline, triggers = new { schedule = new { cron, timeZone } } }, Selection);

        Assert.Contains("triggers.schedule.cron", refused.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ledger_is_frozen_for_who_may_write_the_dataset_and_read_the_predictions_and_once_by_key()
    {
        const string Freeze = "ledgerFreeze { id environment window minimumRows pipeline { name } operation { kind state } dataVersion { number } }";
        using var admin = await host.AdminAsync();
        using var stranger = await host.AsAsync(Role.Viewer);
        var pipeline = await PipelineAsync(admin, "freezing");
        var model = (await admin.QueryAsync("query($p: String!) { pipeline(name: $p) { model { name } } }", new { p = pipeline })).GetProperty("pipeline").GetProperty("model").GetProperty("name").GetString()!;
        var nowhere = await admin.RefusedAsync("freezeLedger", new { pipeline, environment = "staging", window = "PT24H" }, Freeze);
        await using (var db = host.Open())
        {
            db.Endpoints.Add(ModelHub.Domain.Rollouts.Endpoint.Open(
                await db.Models.Where(m => m.Name == model).Select(m => m.Id).SingleAsync(Ct), await db.Environments.Where(e => e.Name == "staging").Select(e => e.Id).SingleAsync(Ct), DateTimeOffset.UtcNow));
            Assert.Null(await db.CommitAsync([], Actor.System("tests"), Ct));
        }

        var input = new { pipeline, environment = "staging", window = "PT24H", minimumRows = 50, idempotencyKey = "freeze-once" };
        var asked = (await admin.DoAsync("freezeLedger", input, Freeze)).GetProperty("ledgerFreeze");
        var again = (await admin.DoAsync("freezeLedger", input, Freeze)).GetProperty("ledgerFreeze");
        var few = await admin.RefusedAsync("freezeLedger", new { pipeline, environment = "staging", window = "PT24H", minimumRows = 1 }, Freeze);
        var denied = await stranger.RawAsync("mutation($input: FreezeLedgerInput!) { freezeLedger(input: $input) { ledgerFreeze { id } } }", new { input = new { pipeline, environment = "staging", window = "PT1H" } });

        Assert.Equal("ENDPOINT_NOT_FOUND", nowhere.GetProperty("code").GetString());
        Assert.StartsWith("minimumRows: ", few.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("AUTH_NOT_AUTHORIZED", denied.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        Assert.Equal(asked.GetRawText(), again.GetRawText());
        Assert.Equal(("staging", "P1D", 50, pipeline), (asked.GetProperty("environment").GetString(), asked.GetProperty("window").GetString(), asked.GetProperty("minimumRows").GetInt32(), asked.GetProperty("pipeline").GetProperty("name").GetString()));
        Assert.Equal("""{"kind":"freeze-ledger","state":"QUEUED"}""", asked.GetProperty("operation").GetRawText());
        Assert.Equal(JsonValueKind.Null, asked.GetProperty("dataVersion").ValueKind);
    }

    [Fact]
    public async Task Who_starts_a_run_meets_the_same_guards_and_is_counted_and_an_operator_overrides_them_with_a_reason()
    {
        using var admin = await host.AdminAsync();
        using var operatingBob = await host.OfPersonAsync("bob", Role.Operator);
        using var contributor = await host.AsAsync(Role.Contributor);
        var pipeline = await PipelineAsync(admin, "guarded");
        await admin.DoAsync("setPipelineTriggers", new { pipeline, triggers = new { runsPerWeek = 1 } }, Selection);
        var first = (await admin.DoAsync("startTraining", new { pipeline }, Run)).GetProperty("trainingRun");
        await admin.DoAsync("cancelTraining", new { run = first.GetProperty("id").GetString() }, "trainingRun { state }");

        var held = await contributor.RefusedAsync("startTraining", new { pipeline, idempotencyKey = "held" }, Run);
        await contributor.RefusedAsync("startTraining", new { pipeline }, Run);
        var denied = await contributor.RawAsync(
            "mutation($input: StartTrainingInput!) { startTraining(input: $input) { trainingRun { id } } }", new { input = new { pipeline, @override = "now" } });
        var empty = await operatingBob.RefusedAsync("startTraining", new { pipeline, @override = " " }, Run);
        var overridden = (await operatingBob.DoAsync("startTraining", new { pipeline, @override = "the bank holiday" }, Run)).GetProperty("trainingRun");

        Assert.Equal("TRAINING_HELD_BACK", held.GetProperty("code").GetString());
        Assert.Contains("Cooldown", held.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("AUTH_NOT_AUTHORIZED", denied.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        Assert.Contains("override", empty.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("""{"guard":"COOLDOWN","reason":"the bank holiday"}""", overridden.GetProperty("override").GetRawText());
        Assert.StartsWith("token:", overridden.GetProperty("causes")[0].GetProperty("about").GetString(), StringComparison.Ordinal);
        var skip = (await admin.QueryAsync("query($p: String!) { pipeline(name: $p) { skips { nodes { kind guard count endedAt } } } }", new { p = pipeline }))
            .GetProperty("pipeline").GetProperty("skips").GetProperty("nodes")[0];
        Assert.Equal(("BY_HAND", "COOLDOWN", 2, JsonValueKind.String), (skip.GetProperty("kind").GetString(), skip.GetProperty("guard").GetString(), skip.GetProperty("count").GetInt32(), skip.GetProperty("endedAt").ValueKind));
        await using var db = host.Open();
        Assert.Contains("the bank holiday", (await db.Events.SingleAsync(e => e.Type == "training.guard-overridden", Ct)).Data, StringComparison.Ordinal);
        Assert.Equal(1, await db.Events.CountAsync(e => e.Type == "training.skipped" && e.Subject == $"pipeline:{pipeline}", Ct));
    }

    [Fact]
    public async Task Of_two_who_ask_at_once_one_gets_a_run()
    {
        using var admin = await host.AdminAsync();
        var pipeline = await PipelineAsync(admin, "raced");
        await admin.DoAsync("setPipelineTriggers", new { pipeline, triggers = new { cooldown = "0s", runsPerWeek = 100 } }, Selection);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => admin.MutateAsync("startTraining", new { pipeline }, Run)));

        Assert.Equal(1, answers.Count(a => a.GetProperty("trainingRun").ValueKind == JsonValueKind.Object));
        await using var db = host.Open();
        Assert.Equal(1, await db.TrainingRuns.CountAsync(r => r.Pipeline.Name == pipeline, Ct));
    }

    [Fact]
    public async Task Only_who_may_ask_for_a_promotion_lets_a_pipeline_ask_for_it()
    {
        using var admin = await host.AdminAsync();
        var pipeline = await PipelineAsync(admin, "promoting");
        using var staging = await host.AsAsync([new Grant(Role.Contributor, Grant.Any, "staging")], TokenScope.Read, TokenScope.Write);
        object Into(string environment) => new { pipeline, triggers = new { evaluation = new { }, promote = new { environment, when = "better" } } };

        var denied = await staging.RawAsync("mutation($input: SetPipelineTriggersInput!) { setPipelineTriggers(input: $input) { pipeline { name } } }", new { input = Into("production") });
        var set = await admin.DoAsync("setPipelineTriggers", Into("production"), "pipeline { triggers { promote { environment } } }");

        Assert.Equal("AUTH_NOT_AUTHORIZED", denied.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        Assert.Equal("production", set.GetProperty("pipeline").GetProperty("triggers").GetProperty("promote").GetProperty("environment").GetString());
    }

    [Fact]
    public async Task A_run_on_what_the_triggers_say_is_wanted_once_for_a_key_and_by_whoever_may_train()
    {
        using var admin = await host.AdminAsync();
        using var viewer = await host.AsAsync(Role.Viewer);
        var pipeline = await PipelineAsync(admin, "wanted");
        async Task<JsonElement> WantedAsync() => (await admin.QueryAsync("query($p: String!) { pipeline(name: $p) { wanted { by at } } }", new { p = pipeline })).GetProperty("pipeline").GetProperty("wanted");

        var untriggered = await admin.RefusedAsync("retrainPipeline", new { pipeline }, "pipeline { name }");
        await admin.DoAsync("setPipelineTriggers", new { pipeline, triggers = new { runsPerWeek = 1 } }, Selection);
        var before = await WantedAsync();
        await admin.DoAsync("retrainPipeline", new { pipeline, idempotencyKey = "want" }, "pipeline { name }");
        await admin.DoAsync("retrainPipeline", new { pipeline, idempotencyKey = "want" }, "pipeline { name }");
        var denied = await viewer.RawAsync("mutation($input: RetrainPipelineInput!) { retrainPipeline(input: $input) { pipeline { name } } }", new { input = new { pipeline } });
        var wanted = await WantedAsync();
        await admin.DoAsync("startTraining", new { pipeline }, Run);
        var answered = await WantedAsync();
        var held = await admin.RefusedAsync("retrainPipeline", new { pipeline }, "pipeline { name }");

        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (before.ValueKind, answered.ValueKind));
        Assert.Equal(JsonValueKind.String, wanted.GetProperty("at").ValueKind);

        Assert.Contains("triggers", untriggered.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("AUTH_NOT_AUTHORIZED", denied.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        Assert.Equal("TRAINING_HELD_BACK", held.GetProperty("code").GetString());
        await using var db = host.Open();
        Assert.Equal(wanted.GetProperty("by").GetString(), (await db.Events.SingleAsync(e => e.Type == "training.wanted" && e.Subject == $"pipeline:{pipeline}", Ct)).Actor);
    }

    [Fact]
    public async Task The_pipelines_of_a_model_are_told_to_who_may_read_it()
    {
        using var admin = await host.AdminAsync();
        using var local = await host.AsAsync(Role.Viewer, "elsewhere");
        var pipeline = await PipelineAsync(admin, "of-model");
        await PipelineAsync(admin, "of-another");
        const string Query = "query($m: String!) { pipelines(model: $m) { totalCount nodes { name } } }";

        var told = (await admin.QueryAsync(Query, new { m = pipeline })).GetProperty("pipelines");
        var hidden = (await local.QueryAsync(Query, new { m = pipeline })).GetProperty("pipelines");

        Assert.Equal(pipeline, Assert.Single(told.GetProperty("nodes").EnumerateArray()).GetProperty("name").GetString());
        Assert.Equal(0, hidden.GetProperty("totalCount").GetInt32());
    }

    [Fact]
    public async Task The_breaker_is_reset_with_a_reason()
    {
        using var admin = await host.AdminAsync();
        var pipeline = await PipelineAsync(admin, "broken");

        var refused = await admin.RefusedAsync("resetPipelineBreaker", new { pipeline, reason = "" }, "pipeline { breakerResetAt }");
        var reset = await admin.DoAsync("resetPipelineBreaker", new { pipeline, reason = "the data was broken" }, "pipeline { breakerResetAt }");

        Assert.Contains("reason", refused.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.String, reset.GetProperty("pipeline").GetProperty("breakerResetAt").ValueKind);
    }

    private async Task<string> PipelineAsync(ApiClient client, string name)
    {
        var full = $"retrain.{name}";
        await client.ModelAsync(full);
        await client.DoAsync("createDataset", new { name = full }, "dataset { id }");
        await using var db = host.Open();
        var dataset = await db.Datasets.SingleAsync(d => d.Name == full, Ct);
        var data = DataVersion.Register(dataset.Id, 1, [new DataFile("rows.csv", "sha256:" + new string('a', 64), 1)], Actor.User("ada"), DateTimeOffset.UtcNow).Value;
        Assert.Null(data.Accept([], new Profile(0, []), DateTimeOffset.UtcNow));
        db.DataVersions.Add(data);
        await db.SaveChangesAsync(Ct);
        await client.DoAsync("createPipeline", new { name = full, model = full, dataset = full, trainer = "BUILT_IN", definition = new { target = "y" } }, "pipeline { id }");
        return full;
    }
}
