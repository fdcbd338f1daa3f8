using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Events;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Domain.Training;
using ModelHub.Tests.Support;
using ModelHub.Tests.Worker.Jobs;
using ModelHub.Tests.Worker.Promotions;
using Xunit;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;

namespace ModelHub.Tests.Worker.Training.Retraining;

/// <summary>The whole loop without a person: from an alert to traffic, with real workers, trainer, gates and rollout over nodes and traffic that are rows.</summary>
public sealed class ChallengerGoesLiveTests(WorkerStack stack) : IClassFixture<WorkerStack>
{
    private const string Plan = """
        {"name":"careful","stages":[{"stage":"canary","weight":20,"hold":"1s","minimumSamples":100,"maximumTime":"1m","limits":{"maxErrorRate":0.1}},{"stage":"live"}]}
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_alert_ends_with_a_better_version_live_by_way_of_training_gates_and_canary()
    {
        await using var fleet = new RowFleet(stack.Database) { IsHeard = true };
        await fleet.StartAsync("node-1", "node-2");
        await using var traffic = new RowTraffic(stack.Database);
        await stack.NeedWorkerAsync();
        var data = await stack.GermanAsync();
        var pipeline = await stack.PipelineAsync(data, new RetrainingPolicy(null, false, ["quality.*"], TimeSpan.Zero)
        {
            Evaluation = new EvaluationRule("predicted_at", HeldOut: 0.5),
            Promote = new PromotionRule("staging", null, Plan),
            Ledger = new LedgerRule("staging", TimeSpan.FromDays(1), 500),
        });
        // With the same columns: what a signature asks for must not grow.
        var champion = await stack.ChampionAsync(pipeline, await stack.MixedUpAsync(), GermanLoop.Definition);
        await AdoptAsync(new Policy([new MetricGate("auc", 0.01, MetricDirection.HigherIsBetter)], [], 0));
        await ServeAsync(champion);
        traffic.Start();
        await stack.LogGermanAsync(pipeline, champion);
        await using (var db = stack.Open())
            await WorkerStack.CommitAsync(db, GermanLoop.Fired(await db.Pipelines.Where(p => p.Id == pipeline).Select(p => p.Model.Name).SingleAsync(Ct), Guid.NewGuid(), "quality.auc"));

        var run = await Eventually.Is(async () =>
        {
            await using var db = stack.Open();
            return await db.TrainingRuns.AsNoTracking().SingleOrDefaultAsync(r => r.PipelineId == pipeline, Ct);
        }, r => r?.PromotionId is not null || r?.State is OperationState.Failed, TimeSpan.FromSeconds(90), "The promotion of the challenger");
        Assert.True(run!.PromotionId is not null, $"{run.State} {run.Failure} {run.PromotionNote}");
        var promotion = await Eventually.Is(async () =>
        {
            await using var db = stack.Open();
            return await db.Promotions.AsNoTracking().Include(p => p.Version).SingleAsync(p => p.Id == run.PromotionId, Ct);
        }, p => !p.State.IsOpen(), TimeSpan.FromSeconds(90), "The challenger live");

        Assert.True(promotion.State == PromotionState.Live, $"{promotion.State}: {promotion.Reason}");
        Assert.Equal([("canary", StageOutcome.Passed)], promotion.Stages.Select(s => (s.Kind, s.Outcome)));
        Assert.Equal((run.Id, champion), (promotion.Version.TrainingRunId!.Value, promotion.Version.ParentId!.Value));
        await using var after = stack.Open();
        Assert.Equal(promotion.VersionId, (await after.Variants.SingleAsync(v => v.EndpointId == promotion.EndpointId && v.ValidTo == null, Ct)).VersionId);
        var evidence = await after.GateEvidence.Where(e => e.PromotionId == promotion.Id).ToListAsync(Ct);
        Assert.NotEmpty(evidence);
        Assert.All(evidence, e => Assert.Equal(Verdict.Pass, e.Verdict));
        Assert.Contains(evidence, e => e.Gate.Contains("auc", StringComparison.Ordinal));
        Assert.Empty(fleet.Gaps);
    }

    private async Task AdoptAsync(Policy policy)
    {
        await using var db = stack.Open();
        var place = await db.Environments.SingleAsync(e => e.Name == "staging", Ct);
        var version = place.Adopt(policy, WorkerStack.Ada, null, DateTimeOffset.UtcNow).Value;
        db.PolicyVersions.Add(version);
        await WorkerStack.CommitAsync(db, new EnvironmentPolicyChanged("staging", policy, version.Number, version.Digest, null));
    }

    /// <summary>The version has the traffic in staging; it came there before the policy did.</summary>
    private async Task ServeAsync(ModelHub.Domain.Models.VersionId version)
    {
        await using var db = stack.Open();
        var now = DateTimeOffset.UtcNow;
        var of = await db.Versions.SingleAsync(v => v.Id == version, Ct);
        var place = await db.Environments.SingleAsync(e => e.Name == "staging", Ct);
        var endpoint = Endpoint.Open(of.ModelId, place.Id, now);
        db.Endpoints.Add(endpoint);
        await db.BumpAsync(ModelHub.Database.Numbered.Routes, Ct);
        foreach (var node in await db.Nodes.Select(n => n.Id).ToListAsync(Ct))
        {
            var placement = Placement.Want(endpoint.Id, version, node, now);
            placement.Observe(PlacementState.Ready, null, 1_000, 5, now);
            db.Placements.Add(placement);
        }
        endpoint.Shift(version, 1, now.AddHours(1), now);
        Assert.Null(await db.CommitAsync([], WorkerStack.Ada, Ct));
    }
}
