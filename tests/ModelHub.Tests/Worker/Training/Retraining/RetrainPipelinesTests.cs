using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Alerts;
using ModelHub.Domain.Data;
using ModelHub.Domain.Events;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Training;
using ModelHub.Tests.Support;
using ModelHub.Tests.Worker.Jobs;
using Xunit;

namespace ModelHub.Tests.Worker.Training.Retraining;

public sealed class RetrainPipelinesTests(WorkerStack stack) : IClassFixture<WorkerStack>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task New_data_starts_one_run_on_it_for_which_who_set_the_triggers_answers()
    {
        await stack.NeedWorkerAsync();
        await stack.StartWorkerAsync();
        var first = await stack.GermanAsync();
        var pipeline = await stack.PipelineAsync(first, new RetrainingPolicy(null, true, [], TimeSpan.Zero));

        var second = await RegisterNextAsync(first);

        var run = await Eventually.Is(() => NewestRunAsync(pipeline), r => r?.State == OperationState.Succeeded, TimeSpan.FromSeconds(60), "The run on new data");
        Assert.Equal(second, run!.DataVersionId);
        Assert.Equal("system:retraining", run.RequestedBy);
        Assert.Equal([CauseKind.NewData], run.Causes.Select(c => c.Kind));
        await using var db = stack.Open();
        Assert.Equal(1, await db.TrainingRuns.CountAsync(r => r.PipelineId == pipeline, Ct));
        Assert.Equal(1, await db.Events.CountAsync(e => e.Type == "training.triggered" && e.Subject == Subjects.TrainingRun(run.Id.Value), Ct));
    }

    [Fact]
    public async Task What_is_held_back_is_one_row_and_one_event_and_comes_after_all_when_the_guard_lets_go()
    {
        await stack.NeedWorkerAsync();
        var first = await stack.GermanAsync();
        var pipeline = await stack.PipelineAsync(first, new RetrainingPolicy(null, true, [], TimeSpan.FromDays(1)));
        await EndedRunAsync(pipeline, first, OperationState.Succeeded);

        var second = await RegisterNextAsync(first);
        await Eventually.Holds(async () => (await SkipsAsync(pipeline)).Count > 0, what: "The skip");
        // A newer version is another cause; the older one is not wanted any more.
        var third = await RegisterNextAsync(second);
        await Eventually.Holds(async () => (await SkipsAsync(pipeline)).Count == 2, what: "The skip of the newer version");
        await using (var db = stack.Open())
            await db.Database.ExecuteSqlAsync($"update training_runs set ended_at = now() - interval '2 days' where pipeline_id = {pipeline.Value}", Ct);

        var run = await Eventually.Is(() => NewestRunAsync(pipeline), r => r?.DataVersionId == third && r.State.HasEnded(), TimeSpan.FromSeconds(60), "The run after the cooldown");
        Assert.Equal(OperationState.Succeeded, run!.State);
        var skips = await SkipsAsync(pipeline);
        Assert.All(skips, skip => Assert.Equal((Guard.Cooldown, 1, true), (skip.Guard, skip.Count, skip.EndedAt is not null)));
        await using var after = stack.Open();
        var name = await after.Pipelines.Where(p => p.Id == pipeline).Select(p => p.Name).SingleAsync(Ct);
        Assert.Equal(2, await after.Events.CountAsync(e => e.Type == "training.skipped" && e.Subject == Subjects.Pipeline(name), Ct));
    }

    [Fact]
    public async Task After_three_failures_nothing_is_trained_until_a_person_says_so()
    {
        await stack.NeedWorkerAsync();
        var first = await stack.GermanAsync();
        var pipeline = await stack.PipelineAsync(first, new RetrainingPolicy(null, true, [], TimeSpan.Zero));
        for (var i = 0; i < 3; i++) await EndedRunAsync(pipeline, first, OperationState.Failed);

        var second = await RegisterNextAsync(first);
        await Eventually.Holds(async () => (await SkipsAsync(pipeline)).Any(s => s.Guard == Guard.Breaker), what: "The skip of the breaker");
        Assert.NotEqual(second, (await NewestRunAsync(pipeline))!.DataVersionId);
        await using (var db = stack.Open())
        {
            var reset = await db.Pipelines.Include(p => p.Model).SingleAsync(p => p.Id == pipeline, Ct);
            reset.ResetBreaker(DateTimeOffset.UtcNow);
            await WorkerStack.CommitAsync(db, new PipelineBreakerReset(reset.Name, reset.Model.Name, "the data was broken"));
        }

        await Eventually.Is(() => NewestRunAsync(pipeline), r => r?.DataVersionId == second && r.State == OperationState.Succeeded, TimeSpan.FromSeconds(60), "The run after the reset");
    }

    [Fact]
    public async Task A_schedule_that_was_due_starts_a_run()
    {
        await stack.NeedWorkerAsync();
        var data = await stack.GermanAsync();
        // Due every minute; the triggers count as set two minutes ago.
        var pipeline = await stack.PipelineAsync(data, new RetrainingPolicy(new CronSchedule("0 * * * * ?", "UTC"), false, [], TimeSpan.FromDays(1)), DateTimeOffset.UtcNow.AddMinutes(-2));

        var run = await Eventually.Is(() => NewestRunAsync(pipeline), r => r?.State.HasEnded() == true, TimeSpan.FromSeconds(60), "The run by schedule");

        Assert.Equal((OperationState.Succeeded, CauseKind.Schedule, "0 * * * * ? UTC"), (run!.State, run.Causes.Single().Kind, run.Causes.Single().About));
    }

    [Fact]
    public async Task An_alert_that_still_fires_starts_a_run_and_one_that_is_over_or_of_another_measure_starts_none()
    {
        await stack.NeedWorkerAsync();
        var data = await stack.GermanAsync();
        var pipeline = await stack.PipelineAsync(data, new RetrainingPolicy(null, false, ["drift.*"], TimeSpan.FromDays(1)));
        await using (var db = stack.Open())
        {
            var model = await db.Pipelines.Where(p => p.Id == pipeline).Select(p => p.Model.Name).SingleAsync(Ct);
            var over = Guid.NewGuid();
            await WorkerStack.CommitAsync(db, GermanLoop.Fired(model, Guid.NewGuid(), "latency.p99_ms"));
            await WorkerStack.CommitAsync(db, GermanLoop.Fired("test.other", Guid.NewGuid(), "drift.psi"));
            // Fired and over before anybody looked.
            var refusal = await db.CommitAsync([GermanLoop.Fired(model, over, "drift.ks"), Over(model, over, "drift.ks")], WorkerStack.Ada, Ct);
            Assert.Null(refusal);
            await WorkerStack.CommitAsync(db, GermanLoop.Fired(model, Guid.NewGuid(), "drift.psi"));
        }

        var run = await Eventually.Is(() => NewestRunAsync(pipeline), r => r?.State.HasEnded() == true, TimeSpan.FromSeconds(60), "The run on the alert");

        Assert.Equal((CauseKind.Alert, "the rule (drift.psi) in staging"), (run!.Causes.Single().Kind, run.Causes.Single().About));
    }

    [Fact]
    public async Task An_alert_freezes_fresh_labels_trains_on_them_and_asks_for_the_promotion_of_what_is_better()
    {
        await stack.NeedWorkerAsync();
        var data = await stack.GermanAsync();
        var rule = new RetrainingPolicy(null, false, ["quality.*"], TimeSpan.Zero)
        {
            Evaluation = new EvaluationRule("predicted_at", HeldOut: 0.5),
            Promote = new PromotionRule("staging", null),
            Ledger = new LedgerRule("staging", TimeSpan.FromDays(1), 500),
        };
        var pipeline = await stack.PipelineAsync(data, rule);
        var champion = await stack.ChampionAsync(pipeline, data);
        await stack.LogGermanAsync(pipeline, champion);

        await using var db = stack.Open();
        var model = await db.Pipelines.Where(p => p.Id == pipeline).Select(p => p.Model.Name).SingleAsync(Ct);
        await WorkerStack.CommitAsync(db, GermanLoop.Fired(model, Guid.NewGuid(), "quality.auc"));
        var run = await Eventually.Is(() => NewestRunAsync(pipeline), r => r?.PromotionId is not null || (r?.State.HasEnded() == true && r.PromotionNote is not null), TimeSpan.FromSeconds(90), "The promotion of the challenger");

        Assert.True(run!.PromotionId is not null, $"{run.State} {run.Failure} {run.PromotionNote} {run.Evaluation}");
        var frozen = await db.DataVersions.SingleAsync(v => v.Id == run.DataVersionId, Ct);
        Assert.Equal((2, "ledger.csv", "system:retraining"), (frozen.Number, frozen.Files.Single().Path, frozen.CreatedBy));
        var version = await db.Versions.Include(v => v.DataVersions).SingleAsync(v => v.Id == run.VersionId, Ct);
        Assert.Equal((champion, frozen.Id, run.Id), (version.ParentId!.Value, version.DataVersions.Single().DataVersionId, version.TrainingRunId!.Value));
        Assert.Equal((350, 350, Verdict.Pass, 1), (run.Evaluation!.TrainedRows, run.Evaluation.HeldOutRows, run.Evaluation.Verdict, run.Evaluation.Champion!.Value));
        double Metric(string name) => version.Metrics.Single(m => m.Name == name).Value;
        Assert.Equal(Metric("auc"), Metric("heldout.auc"), 6);
        Assert.Equal(Metric("heldout.auc") - Metric("heldout.champion.auc"), Metric("heldout.auc.difference"), 9);
        Assert.InRange(Metric("heldout.auc.difference.lower"), 0, Metric("heldout.auc.difference"));
        var promotion = await db.Promotions.SingleAsync(p => p.Id == run.PromotionId, Ct);
        Assert.Equal(("system:retraining", "user:ada", version.Id), (promotion.RequestedBy, promotion.RequestedByPerson, promotion.VersionId));
        Assert.DoesNotContain("predicted_at", version.Signature!.Inputs.Select(i => i.Name));
    }

    [Fact]
    public async Task What_a_person_wants_is_trained_once_on_fresh_labels()
    {
        await stack.NeedWorkerAsync();
        var data = await stack.GermanAsync();
        var pipeline = await stack.PipelineAsync(data, new RetrainingPolicy(null, false, [], TimeSpan.Zero) { Ledger = new LedgerRule("staging", TimeSpan.FromDays(1), 500) });
        var champion = await stack.ChampionAsync(pipeline, data);
        await stack.LogGermanAsync(pipeline, champion);

        await using var db = stack.Open();
        var name = await db.Pipelines.Where(p => p.Id == pipeline).Select(p => p.Name).SingleAsync(Ct);
        await WorkerStack.CommitAsync(db, new TrainingWanted(name, name));
        var run = await Eventually.Is(() => NewestRunAsync(pipeline), r => r?.State.HasEnded() == true, TimeSpan.FromSeconds(60), "The run that was wanted");

        Assert.Equal((OperationState.Succeeded, CauseKind.ByHand, WorkerStack.Ada.Value), (run!.State, run.Causes.Single().Kind, run.Causes.Single().About));
        Assert.Equal("ledger.csv", (await db.DataVersions.SingleAsync(v => v.Id == run.DataVersionId, Ct)).Files.Single().Path);
        Assert.Equal(1, await db.TrainingRuns.CountAsync(r => r.PipelineId == pipeline, Ct));
    }

    [Fact]
    public async Task A_ledger_with_too_few_labels_is_no_data_and_is_told_once()
    {
        await stack.NeedWorkerAsync();
        var data = await stack.GermanAsync();
        var pipeline = await stack.PipelineAsync(data, new RetrainingPolicy(null, false, ["quality.*"], TimeSpan.Zero) { Ledger = new LedgerRule("staging", TimeSpan.FromDays(1)) });
        await using var db = stack.Open();
        var model = await db.Pipelines.Where(p => p.Id == pipeline).Select(p => p.Model.Name).SingleAsync(Ct);

        await WorkerStack.CommitAsync(db, GermanLoop.Fired(model, Guid.NewGuid(), "quality.auc"));

        var skips = await Eventually.Is(() => SkipsAsync(pipeline), s => s.Count > 0, what: "The skip for want of labels");
        Assert.Equal((Guard.NoData, 1, "the model was never served in staging"), (skips.Single().Guard, skips.Single().Count, skips.Single().Reason));
        Assert.Null(await NewestRunAsync(pipeline));
    }

    [Fact]
    public async Task The_ledger_is_frozen_by_hand_too_and_a_run_on_it_has_its_lineage()
    {
        await stack.NeedWorkerAsync();
        var data = await stack.GermanAsync();
        var pipeline = await stack.PipelineAsync(data, new RetrainingPolicy(null, false, [], TimeSpan.Zero));
        var champion = await stack.ChampionAsync(pipeline, data);
        await stack.LogGermanAsync(pipeline, champion);

        var (few, none) = await FreezeAsync(pipeline, 100_000);
        var (frozen, version) = await FreezeAsync(pipeline, 500);

        Assert.Equal((OperationState.Failed, "the ledger of staging has fewer than 100000 labelled rows within 1d"), (few.State, few.Failure));
        Assert.Null(none);
        Assert.Equal((OperationState.Succeeded, "700 labelled rows", "user:ada"), (frozen.State, frozen.Message, version!.CreatedBy));
        await using var db = stack.Open();
        var asked = await db.Pipelines.Include(p => p.Model).Include(p => p.Dataset).SingleAsync(p => p.Id == pipeline, Ct);
        Assert.StartsWith($"ledger:{asked.Model.Name}/staging#", version.Files.Single().Source, StringComparison.Ordinal);
        var (run, events) = (await db.RequestTrainingAsync(new TrainingRequest(asked, version, [], asked.Definition, [Cause.ByHand("user:ada", DateTimeOffset.UtcNow)]), WorkerStack.Ada, DateTimeOffset.UtcNow, Ct)).Value;
        Assert.Null(await db.CommitAsync(events, WorkerStack.Ada, Ct));
        Assert.Equal(OperationState.Succeeded, (await stack.EndAsync(run.Id.Value)).State);
        await using var after = stack.Open();
        var made = await after.Versions.Include(v => v.DataVersions).SingleAsync(v => v.TrainingRunId == run.Id, Ct);
        Assert.Equal((champion, version.Id), (made.ParentId!.Value, made.DataVersions.Single().DataVersionId));
    }

    /// <summary>As the API asks for it.</summary>
    private async Task<(Operation Operation, DataVersion? Version)> FreezeAsync(PipelineId id, int rows)
    {
        await using var db = stack.Open();
        var now = DateTimeOffset.UtcNow;
        var pipeline = await db.Pipelines.Include(p => p.Model).SingleAsync(p => p.Id == id, Ct);
        var freeze = LedgerFreezeId.New(now);
        var operation = Operation.Enqueue(OperationKinds.FreezeLedger, Subjects.Pipeline(pipeline.Name), freeze.Value, WorkerStack.Ada, now);
        db.AddRange(operation, LedgerFreeze.Request(freeze, pipeline, new LedgerRule("staging", TimeSpan.FromDays(1), rows), operation.Id, WorkerStack.Ada, now).Value);
        await WorkerStack.CommitAsync(db, new LedgerFreezeRequested(pipeline.Name, pipeline.Model.Name, "staging", TimeSpan.FromDays(1)));
        var ended = await stack.EndAsync(freeze.Value);
        await using var after = stack.Open();
        var version = await after.LedgerFreezes.AsNoTracking().Where(f => f.Id == freeze).Select(f => f.DataVersion).SingleAsync(Ct);
        if (version is not null)
            Assert.Equal(OperationState.Succeeded, (await stack.EndAsync(version.Id.Value)).State);
        return (ended, version);
    }

    private static AlertResolved Over(string model, Guid alert, string measure) =>
        new(alert, "the rule", AlertSeverity.Warning, model, "staging", measure, "income", null, 1, 0.1, 0.2, 500, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, "back");

    /// <summary>The same rows once more: another version of the dataset, profiled.</summary>
    private async Task<DataVersionId> RegisterNextAsync(DataVersionId before)
    {
        await using var db = stack.Open();
        var now = DateTimeOffset.UtcNow;
        var old = await db.DataVersions.Include(v => v.Dataset).SingleAsync(v => v.Id == before, Ct);
        var number = await db.TakeDataVersionNumberAsync(old.DatasetId, Ct);
        var version = DataVersion.Register(old.DatasetId, number, old.Files, WorkerStack.Ada, now).Value;
        db.DataVersions.Add(version);
        db.Operations.Add(Operation.Enqueue(OperationKinds.ProfileDataVersion, Subjects.DataVersion(old.Dataset.Name, number), version.Id.Value, WorkerStack.Ada, now));
        await WorkerStack.CommitAsync(db, new DataVersionRegistered(old.Dataset.Name, number, version.Digest));
        await stack.EndAsync(version.Id.Value);
        return version.Id;
    }

    /// <summary>A run that is over, without having been run.</summary>
    private async Task EndedRunAsync(PipelineId id, DataVersionId data, OperationState end)
    {
        await using var db = stack.Open();
        var now = DateTimeOffset.UtcNow;
        var pipeline = await db.Pipelines.SingleAsync(p => p.Id == id, Ct);
        var run = TrainingRunId.New(now);
        var operation = Operation.Enqueue(OperationKinds.Train, Subjects.TrainingRun(run.Value), run.Value, WorkerStack.Ada, now);
        Assert.Null(operation.Cancel(now));
        var ended = TrainingRun.Request(run, pipeline, operation.Id, data, null, [], GermanLoop.Definition, WorkerStack.Ada, now).Value;
        if (end == OperationState.Failed) Assert.Null(ended.Fail("no rows", now));
        db.AddRange(operation, ended);
        if (end == OperationState.Succeeded) db.Entry(ended).Property(r => r.State).CurrentValue = end;
        db.Entry(ended).Property(r => r.EndedAt).CurrentValue = now;
        await WorkerStack.CommitAsync(db, new TrainingRequested(run.Value, pipeline.Name, "test", 1));
    }

    private async Task<TrainingRun?> NewestRunAsync(PipelineId pipeline)
    {
        await using var db = stack.Open();
        return await db.TrainingRuns.AsNoTracking().Where(r => r.PipelineId == pipeline).OrderByDescending(r => r.RequestedAt).FirstOrDefaultAsync(Ct);
    }

    private async Task<IReadOnlyList<RetrainingSkip>> SkipsAsync(PipelineId pipeline)
    {
        await using var db = stack.Open();
        return await db.RetrainingSkips.AsNoTracking().Where(s => s.PipelineId == pipeline).ToListAsync(Ct);
    }
}
