using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Events;
using ModelHub.Domain.Models;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Worker.Promotions;

public sealed class PromotionLoopTests(TestPostgres server) : PromotionLoops(server)
{
    [Fact]
    public async Task A_version_goes_live_on_two_nodes_once_however_many_workers_there_are()
    {
        var promotion = await PromoteAsync(await RegisterAsync(0.80), "staging");

        var live = await InStateAsync(promotion, PromotionState.Live);

        await using var db = database.Open();
        Assert.True(live.TimeToLiveMs > 0);
        Assert.Equal(2, await db.Placements.CountAsync(p => p.Wanted && p.State == PlacementState.Ready, Ct));
        Assert.Equal(100, (await db.Variants.SingleAsync(v => v.ValidTo == null, Ct)).Weight);
        Assert.Equal(1, await db.RoutingChanges.CountAsync(Ct));
        Assert.Equal(2, await db.GateEvidence.CountAsync(Ct));
        Assert.Equal([new Metric("auc", 0.80)], (await db.GateRounds.SingleAsync(Ct)).Facts.CandidateMetrics);
        foreach (var type in (string[])["promotion.gates-evaluated", "routing.changed", "version.promoted"])
            Assert.Equal(1, await db.Events.CountAsync(e => e.Type == type, Ct));
        Assert.Empty(await db.Aliases.ToListAsync(Ct));
        Assert.Empty(fleet.Gaps);
    }

    [Fact]
    public async Task Production_waits_for_an_approval_then_moves_the_champion_and_keeps_the_predecessor_warm()
    {
        var (first, second) = (await RegisterAsync(0.80), await RegisterAsync(0.82));
        await ApproveAsync(await PromoteAsync(first, "production"));
        await EventuallyChampionAsync(1);
        var promotion = await PromoteAsync(second, "production");
        var waiting = await InStateAsync(promotion, PromotionState.AwaitingApproval);
        Assert.Equal(first.Id, waiting.ReplacesId);

        await ApproveAsync(promotion);

        await InStateAsync(promotion, PromotionState.Live);
        await EventuallyChampionAsync(2);
        await using var db = database.Open();
        var ended = await db.Variants.SingleAsync(v => v.VersionId == first.Id, Ct);
        Assert.True(ended.KeepWarmUntil > DateTimeOffset.UtcNow);
        Assert.Equal(2, await db.Placements.CountAsync(p => p.VersionId == first.Id && p.Wanted && p.RetiredAtRoutes == null, Ct));
        Assert.Empty(fleet.Gaps);

        // Its time is over: un-routed first, then let go, and the rows disappear with the node's report.
        await db.Database.ExecuteSqlAsync($"update variants set keep_warm_until = now() where id = {ended.Id.Value}", Ct);
        await Eventually.Is(async () =>
        {
            await using var read = database.Open();
            return await read.Placements.CountAsync(p => p.VersionId == first.Id, Ct);
        }, count => count == 0, what: "The end of the predecessor's placements");
        Assert.Empty(fleet.Gaps);
    }

    [Fact]
    public async Task In_a_third_environment_a_freeze_holds_the_traffic_until_somebody_answers_for_it()
    {
        var now = DateTimeOffset.UtcNow;
        await using (var db = database.Open())
        {
            var lab = ModelHub.Domain.Environments.Environment.Create(
                "lab", 3, Policy.Open with { Freeze = new([], [new("stop", now.AddDays(-1), now.AddDays(1))]) }, now).Value;
            db.Environments.Add(lab);
            db.PolicyVersions.Add(lab.Record(Ada, null, now));
            Assert.Null(await db.CommitAsync(new EnvironmentCreated("lab", 3), Ada, Ct));
        }
        var version = await RegisterAsync(0.80);
        await InStateAsync(await PromoteAsync(version, "staging"), PromotionState.Live);
        var promotion = await PromoteAsync(version, "lab");

        var held = await Eventually.Is(async () =>
        {
            await using var db = database.Open();
            return await db.Promotions.AsNoTracking().SingleAsync(p => p.Id == promotion, Ct);
        }, p => p.Reason?.Contains("the freeze stop", StringComparison.Ordinal) == true, what: "A promotion that is held");
        Assert.Equal(PromotionState.GatesEvaluating, held.State);

        await Eventually.Holds(async () =>
        {
            await using var db = database.Open();
            var frozen = await db.Promotions.SingleAsync(p => p.Id == promotion, Ct);
            Assert.Null(frozen.OverrideFreeze("an outage", Actor.User("bob"), DateTimeOffset.UtcNow));
            return await db.CommitAsync(new FreezeOverridden(promotion.Value, model.Name, version.Number, "lab", "an outage"), Actor.User("bob"), Ct) is null;
        }, what: "The override");

        await InStateAsync(promotion, PromotionState.Live);
        await EventuallyChampionAsync(version.Number);
    }

    [Fact]
    public async Task A_version_that_measures_worse_is_refused_with_the_evidence()
    {
        await AdoptAsync("staging", new Policy([new MetricGate("auc", 0, MetricDirection.HigherIsBetter)], [], 0));
        await InStateAsync(await PromoteAsync(await RegisterAsync(0.80), "staging"), PromotionState.Live);

        var refused = await InStateAsync(await PromoteAsync(await RegisterAsync(0.79), "staging"), PromotionState.Refused);

        Assert.Contains("metric:auc", refused.Reason, StringComparison.Ordinal);
        await using var db = database.Open();
        var evidence = await db.GateEvidence.SingleAsync(e => e.PromotionId == refused.Id && e.Gate == "metric:auc", Ct);
        Assert.Contains("gain -0.01", evidence.Reason, StringComparison.Ordinal);
        Assert.Equal(1, (await db.Variants.Include(v => v.Version).SingleAsync(v => v.ValidTo == null, Ct)).Version.Number);
    }

    [Fact]
    public async Task A_lost_node_is_replaced_before_its_placement_goes()
    {
        await InStateAsync(await PromoteAsync(await RegisterAsync(0.80), "staging"), PromotionState.Live);
        string lost;
        await using (var db = database.Open()) lost = await db.Placements.OrderBy(p => p.Node.Name).Select(p => p.Node.Name).FirstAsync(Ct);

        await fleet.LoseAsync(lost);

        await Eventually.Is(async () =>
        {
            await using var db = database.Open();
            return await db.Placements.Where(p => p.Wanted && p.RetiredAtRoutes == null).Select(p => new { p.Node.Name, p.Node.State, Ready = p.State == PlacementState.Ready }).ToListAsync(Ct);
        }, held => held.Count == 2 && held.All(h => h is { State: NodeState.Ready, Ready: true }) && held.All(h => h.Name != lost), what: "Two ready placements on living nodes");
        Assert.Empty(fleet.Gaps);
    }

    [Fact]
    public async Task A_version_that_no_node_has_room_for_waits_and_takes_no_traffic_until_one_has()
    {
        // Twice its size in memory is more than the gibibyte of each node.
        var promotion = await PromoteAsync(await RegisterAsync(0.80, size: 600L << 20), "staging");
        await Eventually.Is(
            async () => (await InStateAsync(promotion, PromotionState.Placing)).Reason, reason => reason == new NoCapacity(2, 0).Message, what: "The reason to wait");
        await using (var db = database.Open())
        {
            Assert.False(await db.Placements.AnyAsync(Ct));
            await db.Database.ExecuteSqlAsync($"update nodes set memory_bytes = {2L << 30} where name in ('node-2', 'node-3')", Ct);
            await db.CommitAsync([], Ada, Ct);
        }

        await InStateAsync(promotion, PromotionState.Live);

        await using var read = database.Open();
        Assert.Equal(["node-2", "node-3"], await read.Placements.Select(p => p.Node.Name).Order().ToListAsync(Ct));
        Assert.Empty(fleet.Gaps);
    }

    [Fact]
    public async Task A_policy_that_changes_while_a_version_is_loaded_is_judged_before_it_takes_traffic()
    {
        var promotion = await PromoteAsync(await RegisterAsync(0.80, size: 600L << 20), "staging");
        await InStateAsync(promotion, PromotionState.Placing);
        await AdoptAsync("staging", new Policy([], ["lint"], 0));
        await using (var db = database.Open())
        {
            await db.Database.ExecuteSqlAsync($"update nodes set memory_bytes = {2L << 30}", Ct);
            await db.CommitAsync([], Ada, Ct);
        }

        await Eventually.Is(
            async () => (await InStateAsync(promotion, PromotionState.Placing)).Reason, reason => reason == "inconclusive: check:lint", what: "The gate that was added is judged");
        await using (var db = database.Open())
        {
            Assert.Equal(2, await db.Placements.CountAsync(p => p.State == PlacementState.Ready, Ct));
            Assert.False(await db.RoutingChanges.AnyAsync(Ct));
        }

        await AdoptAsync("staging", Policy.Open);
        await InStateAsync(promotion, PromotionState.Live);
        Assert.Empty(fleet.Gaps);
    }

    [Fact]
    public async Task Replicas_follow_the_load_and_what_decided_is_in_the_event()
    {
        await InStateAsync(await PromoteAsync(await RegisterAsync(0.80), "staging"), PromotionState.Live);
        var variant = await ScaledAsync(new ScalingPolicy(2, 3, OutstandingPerReplica: 2, ScaleDownSeconds: 10));

        await LoadAsync(variant, seconds: 15, outstanding: 9);
        await OnNodesAsync(3);
        await using (var db = database.Open())
        {
            var scaled = await db.Events.SingleAsync(e => e.Type == "endpoint.scaled", Ct);
            Assert.Contains("9 requests in work, 2 per replica", scaled.Data, StringComparison.Ordinal);
            await db.Database.ExecuteSqlAsync($"update variants set scaled_at = now() - interval '1 hour'", Ct);
        }

        await LoadAsync(variant, seconds: 15, outstanding: 0.5);
        await OnNodesAsync(2);
        Assert.Empty(fleet.Gaps);
    }

    [Fact]
    public async Task What_happened_is_sealed_soon()
    {
        await InStateAsync(await PromoteAsync(await RegisterAsync(0.80), "staging"), PromotionState.Live);

        await Eventually.Is(async () =>
        {
            await using var db = database.Open();
            return await db.Events.CountAsync(e => e.Position == null, Ct);
        }, unsealed => unsealed == 0, what: "The seal of every event");
    }

    /// <summary>The one variant there is, as if it had been there for an hour.</summary>
    private async Task<VariantId> ScaledAsync(ScalingPolicy policy)
    {
        await using var db = database.Open();
        await db.Database.ExecuteSqlAsync($"update variants set valid_from = now() - interval '1 hour'", Ct);
        var endpoint = await db.Endpoints.Include(e => e.Variants).SingleAsync(Ct);
        Assert.Null(endpoint.ScaleBy(policy, DateTimeOffset.UtcNow));
        Assert.Null(await db.CommitAsync(new ScalingSet(model.Name, "staging", policy), Ada, Ct));
        return endpoint.Primary()!.Id;
    }

    /// <summary>What a router would have told of the last seconds and will tell of the next minute.</summary>
    private async Task LoadAsync(VariantId variant, int seconds, double outstanding)
    {
        await using var db = database.Open();
        await db.VariantLoads.ExecuteDeleteAsync(Ct);
        await db.Database.ExecuteSqlAsync($"""
            insert into variant_loads (variant_id, router_id, at, requests, outstanding, p99_ms)
            select {variant.Value}, gen_random_uuid(), at, 1000, {outstanding}, 5.0
            from generate_series(now() - make_interval(secs => {seconds}), now() + interval '1 minute', interval '5 seconds') as at
            """, Ct);
    }

    private Task OnNodesAsync(int count) => Eventually.Is(async () =>
    {
        await using var db = database.Open();
        return await db.Placements.CountAsync(p => p.Wanted && p.RetiredAtRoutes == null && p.State == PlacementState.Ready, Ct);
    }, ready => ready == count, what: $"{count} ready placements");
}
