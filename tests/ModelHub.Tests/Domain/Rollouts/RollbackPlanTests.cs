using ModelHub.Domain.Models;
using ModelHub.Domain.Rollouts;
using Xunit;
using static ModelHub.Tests.Domain.Sample;

namespace ModelHub.Tests.Domain.Rollouts;

public sealed class RollbackPlanTests
{
    private static readonly VersionId V1 = VersionId.New(Now), V2 = VersionId.New(Now), V3 = VersionId.New(Now);

    private static readonly ServedVersion[] History =
    [
        new(V3, 3, null, 2),
        new(V1, 1, Now, 1),
        new(V2, 2, Now.AddHours(1), 1),
    ];

    [Fact]
    public void It_goes_back_to_the_one_that_lost_the_traffic_last() =>
        Assert.Equal(new RollbackPlan(V3, V2), Choose(History).Value);

    [Fact]
    public void It_goes_back_to_the_one_that_is_named() =>
        Assert.Equal(new RollbackPlan(V3, V1), Choose(History, to: 1).Value);

    [Fact]
    public void A_target_that_is_not_loaded_has_to_be_loaded_first() =>
        Assert.Equal(new RollbackPlan(V3, V2, Loaded: false), Choose([History[0], History[1], History[2] with { ReadyOn = 0 }]).Value);

    [Fact]
    public void What_was_itself_rolled_back_is_gone_back_to_only_by_its_name()
    {
        ServedVersion[] served = [History[0], History[1], History[2] with { Blocked = true }];

        Assert.Equal(new RollbackPlan(V3, V1), Choose(served).Value);
        Assert.Equal(new RollbackPlan(V3, V2), Choose(served, to: 2).Value);
    }

    [Fact]
    public void Without_a_predecessor_or_for_the_version_that_has_the_traffic_it_is_refused()
    {
        Assert.IsType<NothingToRollBackTo>(Choose([]).Refusal);
        Assert.IsType<NothingToRollBackTo>(Choose([History[0]]).Refusal);
        Assert.IsType<NothingToRollBackTo>(Choose(History, to: 3).Refusal);
        Assert.IsType<NothingToRollBackTo>(Choose(History, to: 9).Refusal);
    }

    private static ModelHub.Domain.Basics.Result<RollbackPlan> Choose(ServedVersion[] served, int? to = null) =>
        RollbackPlan.Choose("risk.credit-scoring", "production", served, to);
}
