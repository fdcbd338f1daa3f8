using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Worker.Promotions;

/// <summary>A router whose stream is gone may still deal requests to a canary, for as long as routers do that by themselves.</summary>
public sealed class LostRouterTests(TestPostgres server) : PromotionLoops(server)
{
    private static readonly TimeSpan Missed = TimeSpan.FromSeconds(4);

    private protected override string[] Settings => ["--Rollouts:LostRouterMilliseconds", $"{Missed.TotalMilliseconds}"];

    [Fact]
    public async Task A_rollout_misses_its_windows_for_a_stated_time_and_then_goes_on_without_it()
    {
        await using var traffic = new RowTraffic(database);
        traffic.Start();
        await InStateAsync(await PromoteAsync(await RegisterAsync(0.80), "staging"), PromotionState.Live);
        await fleet.LoseRouterAsync("killed");
        var canary = new Stage.Canary(20, TimeSpan.FromSeconds(1), 60, TimeSpan.FromMinutes(5), new StageLimits(MaxErrorRate: 0.05));

        var promotion = await PromoteAsync(await RegisterAsync(0.82), "staging", new RolloutPlan("short", [canary, new Stage.Live()]));
        var lost = DateTimeOffset.UtcNow;
        var missing = await Eventually.Is(async () =>
        {
            await using var read = database.Open();
            // It was heard of until its windows are missed, however long that takes here.
            lost = DateTimeOffset.UtcNow;
            await read.Database.ExecuteSqlAsync($"update routers set last_seen_at = {lost} where name = 'killed'", Ct);
            return await read.Promotions.Where(p => p.Id == promotion).Select(p => p.Reason).SingleAsync(Ct);
        }, reason => reason?.Contains("windows of router killed", StringComparison.Ordinal) == true, what: "A rollout that misses a router");
        var live = await InStateAsync(promotion, PromotionState.Live);

        Assert.StartsWith("missing: ", missing, StringComparison.Ordinal);
        Assert.True(live.Stages[0].EndedAt > lost + Missed - TimeSpan.FromMilliseconds(100), $"{live.Stages[0].EndedAt - lost}");
        await using var db = database.Open();
        Assert.Equal(60, (await db.RolloutVerdicts.SingleAsync(v => v.PromotionId == promotion, Ct)).Facts.MinimumSamples);
    }
}
