using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Rollouts;
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

    private async Task ServeTwoAsync()
    {
        for (var version = 1; version <= 2; version++)
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
