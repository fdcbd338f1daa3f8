using ModelHub.Console.Access;
using ModelHub.Console.Batches;
using ModelHub.Console.Graph;
using Xunit;

namespace ModelHub.Tests.Pages;

public sealed class BatchPageTests
{
    [Theory]
    [InlineData(2500, 0, 0)]
    [InlineData(2500, 1000, 1)]
    [InlineData(2500, 500, 1)]
    [InlineData(2500, 1500, 2)]
    [InlineData(2500, 2500, 3)]
    public void Rows_tell_how_many_shards_are_done_whichever_came_first(long total, long done, long shards)
    {
        var batch = Batch("RUNNING", total, done, null);

        Assert.Equal((shards, 3), (batch.ShardsDone, batch.ShardsTotal));
    }

    [Fact]
    public void The_time_left_follows_from_the_rate_of_now_and_is_not_made_up()
    {
        Assert.Equal(TimeSpan.FromSeconds(3), Batch("RUNNING", 2500, 1000, 500).Left);
        Assert.Null(Batch("RUNNING", 2500, 0, null).Left);
        Assert.Null(Batch("RUNNING", null, 0, 500).Left);
        Assert.Null(Batch("SUCCEEDED", 2500, 2500, 500).Left);
    }

    [Theory]
    [InlineData("CONTRIBUTOR", "risk", true)]
    [InlineData("CONTRIBUTOR", "fraud", false)]
    [InlineData("APPROVER", "*", false)]
    public void Who_may_write_a_model_may_do_so_whatever_the_environment_of_the_role(string role, string space, bool may)
    {
        var me = new Me("USER", "jon", [new RoleBinding(role, space, "staging")]);

        Assert.Equal(may ? null : "Needs the role contributor for risk.credit-scoring; ask an administrator.", me.WhyNot(Deed.Write, "risk.credit-scoring"));
    }

    private static BatchDetail Batch(string state, long? total, long done, double? rate) => new(
        "b", state, "CSV", 1000, 2, [], total, done, 0, rate, null, "user:ada", DateTimeOffset.UnixEpoch, null, null, new VersionRef("risk.credit-scoring", 1),
        [], null, null, null, [], new BatchOperation("o", 1, false, null, []));
}
