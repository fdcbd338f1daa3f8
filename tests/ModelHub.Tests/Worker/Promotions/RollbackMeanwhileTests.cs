using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Rollouts;
using ModelHub.Domain.Events;
using ModelHub.Domain.Models;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Worker.Promotions;

/// <summary>Somebody goes back to an earlier version while another one is on its way.</summary>
public sealed class RollbackMeanwhileTests(TestPostgres server) : PromotionLoops(server)
{
    [Fact]
    public async Task A_version_that_rolls_out_then_is_aborted_and_the_log_says_so()
    {
        await ServeTwoAsync();
        var plan = new RolloutPlan("slow", [new Stage.Canary(10, TimeSpan.FromMinutes(1), 100, TimeSpan.FromMinutes(5), new StageLimits(MaxErrorRate: 0.1)), new Stage.Live()]);
        var rolling = await PromoteAsync(await RegisterAsync(0.8), "production", plan);
        await ApproveAsync(rolling);
        await InStateAsync(rolling, PromotionState.RollingOut);

        await RollBackAsync(1);

        await InStateAsync(rolling, PromotionState.Aborted);
        await EventuallyChampionAsync(1);
        Assert.Empty(await new RolloutInvariants(database).BrokenAsync(Ct));
        Assert.Empty(fleet.Gaps);
    }

    [Fact]
    public async Task The_champion_goes_along_though_routers_had_not_switched_to_the_version_that_is_taken_back()
    {
        await ServeTwoAsync();
        fleet.RouterLags = true;
        var shifting = await PromoteAsync(await RegisterAsync(0.8), "production");
        await ApproveAsync(shifting);
        await InStateAsync(shifting, PromotionState.Shifting);

        await RollBackAsync(1);

        await EventuallyChampionAsync(1);
        await InStateAsync(shifting, PromotionState.RolledBack);
        Assert.Empty(await new RolloutInvariants(database).BrokenAsync(Ct));
        Assert.Empty(fleet.Gaps);
    }

    [Fact]
    public async Task A_rollback_that_waited_for_a_load_leaves_a_version_alone_that_went_live_meanwhile_and_blocks_the_one_it_was_about()
    {
        await ServeAsync(3);
        RollbackId id;
        await using (var db = database.Open())
        {
            // Decided while version 2 had the traffic; version 1 has been loaded since, and version 3 went live.
            var endpoint = await db.Endpoints.WithHistory().SingleAsync(Ct);
            VersionId Of(int number) => endpoint.Variants.First(v => v.Version.Number == number).VersionId;
            var waiting = Rollback.Load(endpoint.Id, new RollbackPlan(Of(2), Of(1), Loaded: false), "too slow", Ada, DateTimeOffset.UtcNow);
            id = waiting.Id;
            db.Rollbacks.Add(waiting);
            Assert.Null(await db.CommitAsync(new RollbackLoading(model.Name, "production", 2, 1, "too slow"), Ada, Ct));
        }

        var ended = await Eventually.Is(async () =>
        {
            await using var db = database.Open();
            return await db.Rollbacks.AsNoTracking().SingleAsync(r => r.Id == id, Ct);
        }, r => r.State is RollbackState.Failed or RollbackState.Switching or RollbackState.Switched, what: "The rollback");

        Assert.Equal((RollbackState.Failed, "version 3 went live meanwhile"), (ended.State, ended.Failure));
        await EventuallyChampionAsync(3);
        await using var after = database.Open();
        Assert.Equal([(2, "too slow")], (await after.VersionBlocks.Where(b => b.LiftedAt == null).Join(after.Versions, b => b.VersionId, v => v.Id, (b, v) => new { v.Number, b.Reason }).ToListAsync(Ct)).Select(b => (b.Number, b.Reason)));
        Assert.Empty(await new RolloutInvariants(database).BrokenAsync(Ct));
        Assert.Empty(fleet.Gaps);
    }

    private Task ServeTwoAsync() => ServeAsync(2);

    private async Task ServeAsync(int versions)
    {
        for (var version = 1; version <= versions; version++)
        {
            await ApproveAsync(await PromoteAsync(await RegisterAsync(0.8), "production"));
            await EventuallyChampionAsync(version);
        }
    }

    /// <summary>A loop that wrote in the same moment may win once.</summary>
    private Task RollBackAsync(int version) => Eventually.Holds(async () =>
    {
        await using var db = database.Open();
        var endpoint = await db.Endpoints.WithHistory().SingleAsync(Ct);
        var plan = RollbackPlan.Choose(model.Name, "production", await db.ServedAsync(endpoint, Ct), version).Value;
        return (await new RollBackEndpoint(db, endpoint, plan, "by hand", Ada, DateTimeOffset.UtcNow).RunAsync(Ct)).Refusal is null;
    }, what: "The rollback");
}
