using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Rollouts;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Events;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Domain.Shadows;
using ModelHub.Tests.Support;
using Xunit;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Tests.Worker.Promotions;

/// <summary>Whole rollouts over a real database and two real workers; what routers would tell is written by the test.</summary>
public sealed class StagedRolloutTests(TestPostgres server) : PromotionLoops(server)
{
    private static readonly StageLimits Limits = new(MaxErrorRate: 0.05, MaxErrorRateOverPrimary: 0.02, MaxP50Ratio: 2, MaxP99Ratio: 2);

    [Fact]
    public async Task A_good_version_comes_to_all_traffic_stage_by_stage_and_each_verdict_can_be_judged_again()
    {
        await using var traffic = Traffic();
        await LiveAsync();

        var promotion = await PromoteAsync(await RegisterAsync(0.82), "staging", Plan(10, 50));

        var live = await InStateAsync(promotion, PromotionState.Live);
        await using var db = database.Open();
        Assert.Equal([StageOutcome.Passed, StageOutcome.Passed], live.Stages.Select(s => s.Outcome));
        var verdicts = await db.RolloutVerdicts.OrderBy(v => v.At).ToListAsync(Ct);
        Assert.Equal([((int?)0, Verdict.Pass), (1, Verdict.Pass)], verdicts.Select(v => (v.Stage, v.Verdict)));
        Assert.All(verdicts, v => Assert.Equal(v.Verdict, RolloutVerdict.Recompute(v)));
        Assert.All(verdicts, v => Assert.True(v.Facts.Whole.Candidate.Requests >= 100 && v.Facts.Whole.Primary!.Requests >= 100));
        var weights = await db.RoutingChanges.OrderBy(c => c.RoutesRevision).Select(c => c.Variants).ToListAsync(Ct);
        Assert.Equal(["100", "90:10", "50:50", "100"], weights.Select(variants => string.Join(':', variants.Select(v => $"{v.Weight}"))));
        Assert.Equal(2, (await db.Variants.Include(v => v.Version).SingleAsync(v => v.ValidTo == null, Ct)).Version.Number);
        Assert.Empty(fleet.Gaps);
    }

    [Fact]
    public async Task A_canary_that_fails_everything_is_rolled_back_blocked_and_unloaded()
    {
        await using var traffic = Traffic();
        traffic.Of[2] = new(ErrorRate: 1);
        await LiveAsync();
        var bad = await RegisterAsync(0.82);

        var promotion = await PromoteAsync(bad, "staging", Plan(10, 50));

        var back = await InStateAsync(promotion, PromotionState.RolledBack);
        Assert.Contains("maxErrorRate", back.Reason, StringComparison.Ordinal);
        await using var db = database.Open();
        var verdict = await db.RolloutVerdicts.SingleAsync(v => v.PromotionId == promotion, Ct);
        Assert.Equal((Verdict.Fail, Verdict.Fail), (verdict.Verdict, RolloutVerdict.Recompute(verdict)));
        var left = await db.Variants.SingleAsync(v => v.ValidTo == null, Ct);
        Assert.Equal((100.0, VariantRole.Primary), (left.Weight!.Value, left.Role));
        Assert.Equal(back.Reason, (await db.BlockOfAsync(bad.Id, back.EnvironmentId, Ct))!.Reason);
        foreach (var type in (string[])["endpoint.rolled-back", "version.blocked", "promotion.stage-judged"])
            Assert.Equal(1, await db.Events.CountAsync(e => e.Type == type, Ct));
        await Eventually.Is(async () =>
        {
            await using var read = database.Open();
            return (await read.Placements.CountAsync(p => p.VersionId == bad.Id, Ct), await read.Rollbacks.Where(r => r.State == RollbackState.Switched && r.TimeToSafetyMs != null).CountAsync(Ct));
        }, seen => seen == (0, 1), what: "The candidate unloaded, and its time to safety");
        Assert.Empty(fleet.Gaps);
    }

    [Fact]
    public async Task A_canary_that_is_a_fifth_of_a_second_slower_is_rolled_back()
    {
        await using var traffic = Traffic();
        traffic.Of[2] = new(Milliseconds: 203);
        await LiveAsync();

        var back = await InStateAsync(await PromoteAsync(await RegisterAsync(0.82), "staging", Plan(10)), PromotionState.RolledBack);

        Assert.Contains("maxP50Ratio", back.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_windows_nothing_passes_and_a_held_stage_can_be_skipped_by_name()
    {
        await using var traffic = Traffic();
        await LiveAsync();
        traffic.Silent = true;

        var promotion = await PromoteAsync(await RegisterAsync(0.82), "staging", Plan(10));

        var held = await EventuallyAsync(promotion, p => p.Held, "A promotion that is held");
        Assert.Equal(PromotionState.RollingOut, held.State);
        Assert.Contains("windows of router", held.Reason, StringComparison.Ordinal);
        await ChangeAsync(promotion, p => p.SkipStage("seen elsewhere", Ada, DateTimeOffset.UtcNow), p => new PromotionStageSkipped(p.Id.Value, model.Name, 2, "staging", 0, null));
        var live = await InStateAsync(promotion, PromotionState.Live);
        Assert.Equal((StageOutcome.Skipped, Ada.Value), (live.Stages[0].Outcome, live.Stages[0].By));
        await using var db = database.Open();
        Assert.Equal([Verdict.Inconclusive], await db.RolloutVerdicts.Select(v => v.Verdict).ToListAsync(Ct));
    }

    [Fact]
    public async Task A_paused_rollout_keeps_its_share_until_it_is_resumed()
    {
        await using var traffic = Traffic();
        await LiveAsync();
        var promotion = await PromoteAsync(await RegisterAsync(0.82), "staging", new RolloutPlan("slow", [Canary(10) with { Hold = TimeSpan.FromSeconds(2) }, new Stage.Live()]));
        await EventuallyAsync(promotion, p => p.StageBeganAt is not null, "A stage that has begun");

        await ChangeAsync(promotion, p => p.Pause("a look", Ada, DateTimeOffset.UtcNow), p => new PromotionPaused(p.Id.Value, model.Name, 2, "staging", null));
        await Eventually.Is(async () =>
        {
            await using var read = database.Open();
            return await read.Promotions.Where(p => p.Id == promotion).Select(p => p.Reason).SingleAsync(Ct);
        }, reason => reason?.Contains("maxErrorRate: 0", StringComparison.Ordinal) == true, what: "A stage that would pass");
        await using (var db = database.Open())
            Assert.Equal(10, (await db.Variants.SingleAsync(v => v.ValidTo == null && v.Role == VariantRole.Canary, Ct)).Weight);
        await ChangeAsync(promotion, p => p.Resume(Ada, DateTimeOffset.UtcNow), p => new PromotionResumed(p.Id.Value, model.Name, 2, "staging"));

        await InStateAsync(promotion, PromotionState.Live);
    }

    [Fact]
    public async Task A_breach_while_watching_rolls_back_with_alias_and_record()
    {
        await using var traffic = Traffic();
        var watch = new WatchPolicy(TimeSpan.FromMinutes(5), new StageLimits(MaxErrorRate: 0.05));
        await ApproveAsync(await PromoteAsync(await RegisterAsync(0.80), "production"));
        await EventuallyChampionAsync(1);
        var promotion = await PromoteAsync(await RegisterAsync(0.82), "production", null, watch);
        await ApproveAsync(promotion);
        await InStateAsync(promotion, PromotionState.Watching);
        await EventuallyChampionAsync(2);

        traffic.Of[2] = new(ErrorRate: 1);

        var back = await InStateAsync(promotion, PromotionState.RolledBack);
        await EventuallyChampionAsync(1);
        await using var db = database.Open();
        var rollback = await db.Rollbacks.Include(r => r.ToVersion).SingleAsync(Ct);
        Assert.Equal((1, promotion, back.Reason), (rollback.ToVersion.Number, rollback.PromotionId!.Value, rollback.Reason));
        Assert.Equal(1, (await db.Variants.Include(v => v.Version).SingleAsync(v => v.ValidTo == null, Ct)).Version.Number);
        Assert.Equal(Verdict.Fail, (await db.RolloutVerdicts.SingleAsync(v => v.Stage == null, Ct)).Verdict);
        Assert.NotNull(await db.BlockOfAsync(back.VersionId, back.EnvironmentId, Ct));
        Assert.Empty(fleet.Gaps);
    }

    [Fact]
    public async Task A_watched_version_that_keeps_to_its_limits_is_live_at_the_end()
    {
        await using var traffic = Traffic();
        await LiveAsync();

        var promotion = await PromoteAsync(await RegisterAsync(0.82), "staging", null, new WatchPolicy(TimeSpan.FromSeconds(1), new StageLimits(MaxErrorRate: 0.05)));

        await InStateAsync(promotion, PromotionState.Live);
        await using var db = database.Open();
        Assert.Equal(Verdict.Pass, (await db.RolloutVerdicts.SingleAsync(v => v.PromotionId == promotion, Ct)).Verdict);
    }

    [Fact]
    public async Task Going_back_to_a_version_that_was_unloaded_loads_it_first_and_leaves_no_gap()
    {
        await LiveAsync();
        await InStateAsync(await PromoteAsync(await RegisterAsync(0.82), "staging"), PromotionState.Live);
        EndpointId id;
        await using (var db = database.Open())
        {
            await db.Database.ExecuteSqlAsync($"update variants set keep_warm_until = now() where valid_to is not null", Ct);
            id = await db.Endpoints.Select(e => e.Id).SingleAsync(Ct);
        }
        await Eventually.Is(async () =>
        {
            await using var read = database.Open();
            return await read.Placements.CountAsync(p => p.Version.Number == 1, Ct);
        }, count => count == 0, what: "Version 1 unloaded");

        await using (var db = database.Open())
        {
            var endpoint = await db.Endpoints.WithHistory().SingleAsync(e => e.Id == id, Ct);
            var plan = RollbackPlan.Choose(model.Name, "staging", await db.ServedAsync(endpoint, Ct), 1).Value;
            Assert.False(plan.Loaded);
            db.Rollbacks.Add(Rollback.Load(id, plan, "by hand", Ada, DateTimeOffset.UtcNow));
            Assert.Null(await db.CommitAsync(new RollbackLoading(model.Name, "staging", 2, 1, "by hand"), Ada, Ct));
        }

        await Eventually.Is(async () =>
        {
            await using var read = database.Open();
            return await read.Rollbacks.Select(r => new { r.State, r.TimeToSafetyMs }).SingleAsync(Ct);
        }, rollback => rollback is { State: RollbackState.Switched, TimeToSafetyMs: > 0 }, what: "The rollback");
        await using var after = database.Open();
        Assert.Equal(1, (await after.Variants.Include(v => v.Version).SingleAsync(v => v.ValidTo == null, Ct)).Version.Number);
        Assert.Equal(PromotionState.RolledBack, (await after.Promotions.OrderByDescending(p => p.RequestedAt).FirstAsync(Ct)).State);
        Assert.Empty(fleet.Gaps);
    }

    [Theory]
    [InlineData(Verdict.Pass, PromotionState.Live, StageOutcome.Passed)]
    [InlineData(Verdict.Fail, PromotionState.RolledBack, StageOutcome.Failed)]
    public async Task A_shadow_stage_goes_on_or_back_as_its_test_is_judged(Verdict verdict, PromotionState expected, StageOutcome outcome)
    {
        await using var traffic = Traffic();
        await LiveAsync();
        var shadow = new Stage.Shadow(100, 100, TimeSpan.FromMinutes(5), new StageLimits(MinAgreement: 0.9));
        var promotion = await PromoteAsync(await RegisterAsync(0.82), "staging", new RolloutPlan("shadowed", [shadow, Canary(10), new Stage.Live()]));

        await Eventually.Holds(() => JudgedAsync(promotion, verdict), what: "A shadow test that runs");

        var ended = await InStateAsync(promotion, expected);
        Assert.Equal(("shadow", outcome), (ended.Stages[0].Kind, ended.Stages[0].Outcome));
        Assert.Equal(verdict == Verdict.Pass ? 2 : 1, ended.Stages.Count);
        Assert.Empty(fleet.Gaps);
    }

    /// <summary>Ends the promotion's shadow test, as what routers compared would; false while it does not run.</summary>
    private async Task<bool> JudgedAsync(PromotionId promotion, Verdict verdict)
    {
        await using var db = database.Open();
        var test = await db.ShadowTests.Include(t => t.Version.Model).Include(t => t.Endpoint.Environment)
            .Include(t => t.Endpoint.Variants.Where(v => v.ValidTo == null)).ThenInclude(v => v.Version)
            .SingleOrDefaultAsync(t => t.PromotionId == promotion && t.State == ShadowTestState.Running, Ct);
        if (test is null)
            return false;
        test.End(new ShadowJudgement(verdict, "as the case wants it", []), Comparison.None, DateTimeOffset.UtcNow);
        await db.CloseShadowTestAsync(test, Ada, DateTimeOffset.UtcNow, Ct);
        return await db.CommitAsync([], Ada, Ct) is null;
    }

    private static Stage.Canary Canary(double weight) => new(weight, TimeSpan.FromSeconds(1), 100, TimeSpan.FromSeconds(4), Limits);

    private static RolloutPlan Plan(params double[] weights) => new("test", [.. weights.Select(Canary), new Stage.Live()]);

    private RowTraffic Traffic()
    {
        var traffic = new RowTraffic(database);
        traffic.Start();
        return traffic;
    }

    /// <summary>Version 1 in staging.</summary>
    private async Task<Version> LiveAsync()
    {
        var version = await RegisterAsync(0.80);
        await InStateAsync(await PromoteAsync(version, "staging"), PromotionState.Live);
        return version;
    }

    private Task<Promotion> EventuallyAsync(PromotionId id, Func<Promotion, bool> holds, string what) => Eventually.Is(async () =>
    {
        await using var db = database.Open();
        return await db.Promotions.AsNoTracking().SingleAsync(p => p.Id == id, Ct);
    }, holds, what: what);

    /// <summary>What somebody decides; a loop that wrote in the same moment may win once.</summary>
    private Task ChangeAsync(PromotionId id, Func<Promotion, Refusal?> decide, Func<Promotion, Event> what) => Eventually.Holds(async () =>
    {
        await using var db = database.Open();
        var promotion = await db.Promotions.SingleAsync(p => p.Id == id, Ct);
        Assert.Null(decide(promotion));
        return await db.CommitAsync(what(promotion), Ada, Ct) is null;
    }, what: "The decision");
}
