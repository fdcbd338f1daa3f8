using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Monitoring;
using ModelHub.Database.Predictions;
using ModelHub.Domain.Access;
using ModelHub.Domain.Alerts;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Batches;
using ModelHub.Domain.Bundles;
using ModelHub.Domain.Data;
using ModelHub.Domain.Events;
using ModelHub.Domain.Experiments;
using ModelHub.Domain.Explanations;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Models;
using ModelHub.Domain.Monitoring;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Domain.Shadows;
using ModelHub.Domain.Training;
using ModelHub.Domain.Training.Search;
using ModelHub.Domain.Webhooks;
using Xunit;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;
using Environment = ModelHub.Domain.Environments.Environment;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Tests.Api.Graph;

/// <summary>Three of everything the schema shows, each related to the others and with all its columns filled.</summary>
internal static class WholeRegistry
{
    private const int Each = 3;

    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly Actor Ada = Actor.User("ada");
    private static readonly Actor Bob = Actor.User("bob");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task FillAsync(ModelHubDb db)
    {
        var environments = await db.Environments.OrderBy(environment => environment.Rank).ToListAsync(Ct);
        for (var i = 1; i <= Each; i++)
            AddOne(db, environments, i);
        Assert.Null(await db.CommitAsync(new ModelCreated("whole.model-1"), Ada, Ct));
        await DeliverAsync(db);
        await MonitorAsync(db);
        await LogAsync(db);
        await ExplainAsync(db);
    }

    /// <summary>What workers measured of versions.</summary>
    private static async Task ExplainAsync(ModelHubDb db)
    {
        var settings = JsonSerializer.Serialize(new ImportanceSettings("y", "1", ImportanceMetric.Auc), ModelHub.Database.Conventions.Json.Options);
        var result = JsonSerializer.Serialize(ImportanceResult.Of(ImportanceMetric.Auc, 0.8, 20, 30, [("x", [0.7, 0.6])]), ModelHub.Database.Conventions.Json.Options);
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into version_importances (id, version_id, data_version_id, settings, operation_id, result, requested_by, requested_at)
            select gen_random_uuid(), e.version_id, e.data_version_id, {settings}::jsonb, (select id from operations order by id limit 1), {result}::jsonb, 'user:ada', now() from version_data_versions e
            """, Ct);
    }

    /// <summary>What the api writes of what routers tell, and what is said of it.</summary>
    private static async Task LogAsync(ModelHubDb db)
    {
        await KeepPredictions.EnsureAsync(db, Now, Ct);
        foreach (var endpoint in await db.Endpoints.Select(e => new { e.Id, e.ModelId }).ToListAsync(Ct))
        {
            var version = (await db.Versions.Where(v => v.ModelId == endpoint.ModelId).OrderBy(v => v.Number).FirstAsync(Ct)).Id.Value;
            LoggedPrediction[] asked =
            [
                .. Enumerable.Range(1, Each).Select(i => new LoggedPrediction(
                    endpoint.Id.Value, Guid.CreateVersion7(), version, $"r-{i}", Now.AddSeconds(i), 1.5, 200, PredictionOutcome.Answered, 1, """[{"x":1}]""", """[{"y":"good"}]""", "nothing")),
            ];
            await WriteLedger.RunAsync(db, [new PredictionBatch(Guid.CreateVersion7(), Guid.CreateVersion7(), 1, asked, [new TakenCount(endpoint.Id.Value, 5, 1)])], Now, Ct);
            await WriteLabels.RunAsync(db, endpoint.Id, [.. Enumerable.Range(1, Each).Select(i => new GivenLabel($"r-{i}", 0, "good", Now))], "whole", Now, Ct);
        }
    }

    /// <summary>What workers found in the last window of each variant.</summary>
    private static async Task MonitorAsync(ModelHubDb db)
    {
        var now = DateTimeOffset.UtcNow;
        await MonitorPartitions.EnsureAsync(db, now, Ct);
        var variants = await db.Variants.AsNoTracking().Where(v => v.ValidTo == null).ToListAsync(Ct);
        await WriteMonitorValues.RunAsync(db, [.. variants.SelectMany(variant => new[] { Measures.DriftPsi, Measures.UnusualShare }.Select(measure => new MonitorValue
        {
            EndpointId = variant.EndpointId,
            VariantId = variant.Id,
            VersionId = variant.VersionId,
            Measure = measure,
            Column = "x",
            Segment = "north",
            WindowFrom = now.AddMinutes(-6),
            WindowTo = now.AddMinutes(-1),
            Value = 0.3,
            Samples = 600,
            PValue = 0.001,
            Bound = 0.02,
            Threshold = 0.2,
            Breached = true,
        }))], Ct);
    }

    /// <summary>What workers write of the events that webhooks want.</summary>
    private static async Task DeliverAsync(ModelHubDb db)
    {
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into webhook_deliveries (id, webhook_id, event_xid, event_sequence, event_id, type, state, attempts, next_attempt_at, status, failure, created_at, delivered_at, revision)
            select gen_random_uuid(), w.id, e.xid, e.sequence, e.id, e.type, 'Delivered', 1, now(), 200, 'once', now(), now(), 1 from webhooks w, (select * from events order by sequence limit 1) e
            """, Ct);
        await db.Database.ExecuteSqlAsync(
            $"insert into webhook_attempts (delivery_id, at, duration_ms, status, failure, answer) select id, now(), 1, 200, 'once', 'said 200' from webhook_deliveries", Ct);
    }

    private static void AddOne(ModelHubDb db, List<Environment> environments, int i)
    {
        var node = Add(db.Nodes, InferenceNode.Join(new NodeIntroduction($"node-{i}", $"http://10.0.0.{i}", ["onnx"], 1 << 30, 2, "1"), $"mhn_{i}", [1], Now).Value);
        Add(db.Routers, ModelHub.Domain.Nodes.Router.Join(new NodeIntroduction($"router-{i}", $"http://10.0.1.{i}", [], 1, 1, "1"), $"mhr_{i}", [1], Now).Value);
        var user = Add(db.Users, User.Create($"user-{i}", "A user", Now).Value);
        Add(db.RoleBindings, RoleBinding.Bind(user.Id, new Grant(Role.Viewer, "whole", Grant.Any), Ada, Now).Value);

        var webhook = Add(db.Webhooks, Webhook.Create($"hook-{i}", "https://hooks.example.org/", ["model.*"], new SealedSecret("key", [1], [1], Now), Ada, Now).Value);
        Assert.Null(webhook.Rotate(new SealedSecret("key", [2], [2], Now), 24, Now));
        Assert.Null(webhook.Pause("moving", Now));

        using var pair = RSA.Create(2048);
        Add(db.BundleKeys, BundleKey.Of(i, pair, new SecretBox(new string('k', 40)), new byte[SecretBox.NonceBytes], Ada, Now)).Retire(Now);

        var data = Data(db, i);
        var model = Add(db.Models, Model.Create($"whole.model-{i}", new ModelDescription("What it is for", "ada", "# Card", [new Tag("team", "risk")]), Ada, Now).Value);
        var run = Run(db, model, data, i);
        var first = Version(db, model, 1, data, run.Id, null);
        var second = Version(db, model, 2, data, run.Id, first.Id);
        Failed(db, model, 3);
        run.Succeed(second.Id, [new Metric("auc", 0.8)], [new Parameter("depth", "3")], Now);
        Alias(db, model, first, second);
        Add(db.Checks, Check.Post(second.Id, "bias", CheckState.Pass, "https://ci.example.org/1", Ada, Now).Value);
        Add(db.BundleExports, BundleExport.Of(second.Id, $"key-{i}", Digest.Of([(byte)i]), 1024, Ada, Now));
        Batches(db, model, second, data, node, i);
        foreach (var environment in environments)
            Serve(db, model, environment, first, second, node);
        Alerts(db, model, environments[0], i);
    }

    private static void Alerts(ModelHubDb db, Model model, Environment environment, int i)
    {
        var settings = new AlertRuleSettings(AlertCondition.Default with { Limit = 0.05, AbsentFor = TimeSpan.FromHours(1) }, AlertSeverity.Critical, Enabled: true, "What it means");
        var rule = Add(db.AlertRules, AlertRule.Create($"whole-{i}", new AlertScope(model.Id, environment.Id), settings, Ada, Now).Value);
        var endpoint = db.Endpoints.Local.Single(e => e.ModelId == model.Id && e.EnvironmentId == environment.Id);
        var alert = Add(db.Alerts, Alert.Begin(rule, endpoint, Now));
        var item = new AlertItem("x", "north", 2, 0.3, 0.2, 0.001, 500, Now, Now.AddMinutes(5), Now, Firing: true, BackSince: Now);
        alert.Take(new AlertStep.Stand(AlertState.Firing, [item]), [], Now);
        Assert.Null(alert.Acknowledge("looked at", Ada, Now));
        alert.Take(new AlertStep.Resolve("back within the limit"), [], Now);
        var silence = Add(db.Silences, Silence.Begin(new AlertMatcher(rule.Id, model.Id, environment.Id, "errors.share", "x"), Now.AddDays(1), "maintenance", Ada, Now).Value);
        Assert.Null(silence.End(Now.AddHours(1)));
    }

    private static DataVersion Data(ModelHubDb db, int i)
    {
        var dataset = Add(db.Datasets, Dataset.Create($"whole.data-{i}", "What it holds", [new Tag("source", "core")], Ada, Now).Value);
        var data = Add(db.DataVersions, DataVersion.Register(dataset.Id, 1, [new DataFile("rows.csv", Digest.Of([(byte)i]).Value, 1)], Ada, Now).Value);
        var column = new ColumnProfile("x", "double", 3, 0, 3, "1", "3", 2, 1, [new Quantile(0.5, 2)], [new Bin(1, 3, 3)], [new TopValue("1", 1)]);
        var expectations = Add(db.Expectations, dataset.Expect([new Expectation.Range("x", 2, null, Breach.Flag)], Ada, Now).Value);
        Add(db.Expectations, dataset.Expect([new Expectation.Rows(1, null, Breach.Refuse)], Ada, Now).Value);
        Add(db.Operations, Operation.Enqueue(OperationKinds.ProfileDataVersion, Subjects.DataVersion(dataset.Name, 1), data.Id.Value, Ada, Now));
        Assert.Null(data.StartProfile(expectations.Id, Now));
        var outcome = new ExpectationOutcome("range", ["x"], Breach.Flag, false, 1, "x: 1 of 3 rows are outside 2 or more", [new ExampleRow(1, 1, [new ExampleCell("x", "1")])]);
        Assert.Null(data.Judge([new Column("x", "double", false)], new Profile(3, [column]), [outcome], Now));
        db.Entry(dataset).Property(d => d.LastVersionNumber).CurrentValue = 2;
        var broken = Add(db.DataVersions, DataVersion.Register(dataset.Id, 2, [new DataFile("rows.csv", Digest.Of([9, (byte)i]).Value, 1)], Ada, Now).Value);
        Add(db.Operations, Operation.Enqueue(OperationKinds.ProfileDataVersion, Subjects.DataVersion(dataset.Name, 2), broken.Id.Value, Ada, Now));
        Assert.Null(broken.StartProfile(expectations.Id, Now));
        Assert.Null(broken.Fail("not a table", Now));
        return data;
    }

    private static TrainingRun Run(ModelHubDb db, Model model, DataVersion data, int i)
    {
        var pipeline = Add(db.Pipelines, Pipeline.Create($"whole.pipeline-{i}", model.Id, data.DatasetId, Trainer.BuiltIn, """{"target":"y"}""", Ada, Now).Value);
        Assert.Null(pipeline.SetTriggers(new RetrainingPolicy(new CronSchedule("0 0 3 ? * MON", "UTC"), true, ["drift.*"], TimeSpan.FromHours(1))
        {
            Evaluation = new EvaluationRule("at", 0.2, "y", "1"),
            Promote = new PromotionRule("staging", "canary"),
            Ledger = new LedgerRule("staging", TimeSpan.FromDays(1)),
        }, Ada, Now));
        for (var minutes = 0; minutes < 2; minutes++)
            Add(db.RetrainingSkips, RetrainingSkip.Of(pipeline.Id, new Cause(CauseKind.NewData, $"whole.data-{i}@{minutes}", Now), new Held(Guard.Cooldown, "too soon", Now), Now.AddMinutes(minutes)));
        var frozen = LedgerFreezeId.New(Now);
        var freezing = Add(db.Operations, Operation.Enqueue(OperationKinds.FreezeLedger, Subjects.Pipeline(pipeline.Name), frozen.Value, Ada, Now));
        Add(db.LedgerFreezes, LedgerFreeze.Request(frozen, pipeline, new LedgerRule("staging", TimeSpan.FromDays(1)), freezing.Id, Ada, Now).Value).Became(data.Id);
        var id = TrainingRunId.New(Now);
        var operation = Add(db.Operations, Operation.Enqueue(OperationKinds.Train, Subjects.Pipeline(pipeline.Name), id.Value, Ada, Now));
        for (var line = 1; line <= 2; line++)
            Add(db.OperationLog, new LogLine(operation.Id, line, "trained", Now));
        var broken = Add(db.TrainingRuns, TrainingRun.Request(TrainingRunId.New(Now), pipeline, operation.Id, data.Id, null, [], "{}", Ada, i == 1 ? Now.AddMinutes(1) : Now.AddMinutes(-1)).Value);
        Assert.Null(broken.Fail("no rows", Now));
        var run = Add(db.TrainingRuns, TrainingRun.Request(id, pipeline, operation.Id, data.Id, null, [new Parameter("depth", "3")], """{"target":"y"}""", Ada, Now).Value);
        run.Search(Now);
        for (var number = 1; number <= 2; number++)
        {
            var trial = Add(db.TrainingTrials, TrainingTrial.Draw(TrainingTrialId.New(Now), run.Id, number, operation.Id, """{"lambda":0.1}""", Now));
            trial.Start(Now);
            trial.Reach(new RungResult(0, 10, 0.7, 1), top: 1, Now);
            if (number == 2) trial.Fail("no rows", Now);
        }
        run.Choose(1);
        run.ExplainBy([Cause.ByHand(Ada.Value, Now)], new GuardOverride(Guard.Cooldown, "it must be now"));
        run.Judge(new Evaluation(80, 20, "at", "1", "2", 1, [new HeldOutFigure("auc", 0.8, 0.7, 0.1, 0.05, 0.15, "delong")], 0, Verdict.Fail, "not better"), promote: true);
        return run;
    }

    private static void Batches(ModelHubDb db, Model model, Version version, DataVersion data, InferenceNode node, int i)
    {
        BatchRun Ask(DateTimeOffset at)
        {
            var id = BatchRunId.New(Now);
            var operation = Add(db.Operations, Operation.Enqueue(OperationKinds.Batch, Subjects.BatchRun(id.Value), id.Value, Ada, Now));
            return Add(db.BatchRuns, BatchRun.Open(id, new BatchRequest(version, model.Name, operation.Id, data.Files, data, data.Dataset, Keep: ["x"]), Ada, at).Value);
        }

        var run = Ask(Now);
        Assert.Null(run.Start(Now));
        db.BatchShards.AddRange(run.Cut(3).Value);
        run.Advance(3, 1, 100);
        Add(db.BatchPlacements, BatchPlacement.Want(run.Id, version.Id, node.Id, Now)).Observe(PlacementState.Failed, new PlacementFailure("memory", "does not fit", Now), Now);
        Assert.Null(run.Succeed(data.Id, Now));
        Assert.Null(Ask(i == 1 ? Now.AddMinutes(1) : Now.AddMinutes(-1)).Fail("no rows", Now));
    }

    private static Version Version(ModelHubDb db, Model model, int number, DataVersion data, TrainingRunId run, VersionId? parent)
    {
        var registration = new VersionRegistration(Digest.Of([(byte)number]).Value, 1, "sklearn")
        {
            Description = new VersionDescription([new Tag("team", "risk")], "# Card", [new Metric("auc", 0.8)]),
            Parameters = [new Parameter("depth", "3")],
            Commit = "abc",
            RunUrl = "https://runs.example.org/1",
            CiUrl = "https://ci.example.org/1",
            Parent = parent,
            DataVersions = [data.Id],
            TrainingRun = run,
        };
        var version = Add(db.Versions, ModelHub.Domain.Models.Version.Register(model.Id, number, registration, Ada, Now).Value);
        var signature = new Signature([new TensorSpec("x", "FP32", [-1, 4])], [new TensorSpec("y", "FP32", [-1, 2])]);
        var optimised = new OptimisedGraph(version.Digest, 1, "1", 2, 1, 2, 1);
        Assert.Null(version.Accept(signature, [new ArtifactFile("a.bin", 1, version.Digest)], new ArtifactScan(ScanVerdict.Dangerous, ["eval"]), Now, optimised));
        Assert.Null(version.AcceptScan("looked at", Bob, version.CreatedBy, Now));
        db.Entry(model).Property(m => m.LastVersionNumber).CurrentValue = 3;
        return version;
    }

    private static void Failed(ModelHubDb db, Model model, int number)
    {
        var version = Add(db.Versions, ModelHub.Domain.Models.Version.Register(model.Id, number, new VersionRegistration(Digest.Of([7]).Value, 1, "onnx"), Ada, Now).Value);
        Assert.Null(version.Fail("no model", Now));
    }

    private static void Alias(ModelHubDb db, Model model, Version first, Version second)
    {
        var (alias, change) = ModelHub.Domain.Models.Alias.Create(model.Id, "champion", first.Id, Ada, Now).Value;
        Add(db.Aliases, alias);
        Add(db.AliasChanges, change);
        Add(db.AliasChanges, alias.Move(second.Id, Ada, Now.AddMinutes(1)));
    }

    private static void Serve(ModelHubDb db, Model model, Environment environment, Version first, Version second, InferenceNode node)
    {
        var endpoint = Add(db.Endpoints, Endpoint.Open(model.Id, environment.Id, Now));
        Assert.Null(endpoint.MonitorBy(new MonitoringPolicy(Limits: [new(Measures.DriftPsi, 0.3, 0)], Baseline: new(Now, Now.AddHours(1)), LeftOut: ["id"], Segment: "region"), Now));
        Assert.Null(endpoint.KeepPredictions(new LedgerPolicy(0.5, Redacted: ["name"], Hashed: ["customer"]), [1], Now));
        var old = endpoint.Shift(first.Id, 1, Now.AddHours(1), Now);
        var live = endpoint.Shift(second.Id, 1, Now.AddHours(1), Now.AddMinutes(1));
        Add(db.Placements, Placement.Want(endpoint.Id, second.Id, node.Id, Now));
        foreach (var (variant, number) in ((Variant, int)[])[(old, 1), (live, 2)])
            Add(db.RoutingChanges, new RoutingChange(endpoint.Id, [new RoutedVariant(variant.Id, variant.VersionId, number, VariantRole.Primary, 100)], number, "shifted", Ada, Now));
        Add(db.Rollbacks, new Rollback(endpoint.Id, null, new RollbackPlan(second.Id, first.Id), 1, "by hand", Ada, Now));

        Share(db, model, environment, endpoint, first, second);
        var promotion = Add(db.Promotions, Promotion.Open(new PromotionRequest(second, model.Name, environment, endpoint.Id, first.Id, null, "canary"), Ada, Now).Value);
        promotion.StartGates(Now);
        Add(db.GateEvidence, GateEvidence.Gather(promotion.Id, new ArtifactInputs(second.Digest, second.State, second.Scan), "digest", Now));
        promotion.AwaitApproval(Now);
        Assert.Null(promotion.Approve(Bob, "fine", Now));
        RollOut(db, promotion, environment, first, second);
        var test = Add(db.ShadowTests, ShadowTest.Open(new ShadowRequest(first, model.Name, environment.Name, endpoint, [], ShadowOptions.Default, promotion.Id), Ada, Now).Value);
        test.Run(Now);
        test.End(new ShadowJudgement(Verdict.Pass, "the same", [new ShadowFinding("maxDifferenceRate", 0.1, 0, 200, Verdict.Pass, "0 is at most 0.1")]), Comparison.None, Now);
    }

    private static void Share(ModelHubDb db, Model model, Environment environment, Endpoint endpoint, Version first, Version second)
    {
        var asked = new ExperimentRequest(
            model.Name, environment.Name, endpoint, [new AskedArm("old", second, 60), new AskedArm("new", first, 40)], ExperimentOptions.Default, null, null, new byte[Experiment.SaltBytes]);
        var experiment = Add(db.Experiments, Experiment.Open(asked, Ada, Now).Value);
        experiment.Run(Now);
        experiment.End(experiment.Judge([new(0, 500, 500, 0.1, 0.09), new(1, 330, 330, 0.5, 0.25)]), Now);
        endpoint.EndArms(null, Now, Now);
    }

    private static void RollOut(ModelHubDb db, Promotion promotion, Environment environment, Version first, Version second)
    {
        promotion.StartPlacing(Now);
        promotion.EnterStage(0, 3, Now);
        var seen = new Compared(new TrafficSum(40, 20, new LatencyCounts(100, [40])), new TrafficSum(400, 0, new LatencyCounts(100, [400])));
        var facts = new StageFacts(StageLimits.Usual, 100, TimeSpan.FromMinutes(1), Now, Now, Now.AddMinutes(1), seen, seen, []);
        Add(db.RolloutVerdicts, RolloutVerdict.Keep(promotion.Id, 0, facts, StageJudgement.Judge(facts, Now), Now));
        foreach (var version in (Version[])[first, second])
            Add(db.VersionBlocks, VersionBlock.Put(version.Id, environment.Id, promotion.Id, "errors", Ada, Now));
    }

    private static T Add<T>(DbSet<T> set, T thing)
        where T : class
    {
        set.Add(thing);
        return thing;
    }
}
