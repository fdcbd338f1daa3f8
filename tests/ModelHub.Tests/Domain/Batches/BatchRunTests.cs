using ModelHub.Domain.Basics;
using ModelHub.Domain.Batches;
using ModelHub.Domain.Data;
using ModelHub.Domain.Models;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using Xunit;
using Environment = ModelHub.Domain.Environments.Environment;
using Policy = ModelHub.Domain.Environments.Policy;

namespace ModelHub.Tests.Domain.Batches;

public sealed class BatchRunTests
{
    private static readonly Dataset Output = Dataset.Create("risk.out", null, [], Sample.Ada, Sample.Now).Value;

    public static TheoryData<string, Func<BatchRequest, BatchRequest>, Type> Refused => new()
    {
        { "not ready", r => r with { Version = Sample.Registered() }, typeof(VersionNotReady) },
        { "only kept", r => r with { Version = Of("other") }, typeof(VersionNotServable) },
        { "runs code", r => r with { Version = Of("sklearn") }, typeof(ScanNotAccepted) },
        { "blocked", r => r with { Block = (VersionBlock.Put(r.Version.Id, Environment.Create("e", 1, Policy.Open, Sample.Now).Value.Id, null, "bad", Sample.Ada, Sample.Now), "e") }, typeof(VersionBlocked) },
        { "no file", r => r with { Files = [] }, typeof(InvalidInput) },
        { "two kinds", r => r with { Files = [File("a.csv"), File("b.parquet")] }, typeof(InvalidInput) },
        { "an unknown kind", r => r with { Files = [File("a.xlsx")] }, typeof(InvalidInput) },
        { "too large", r => r with { Files = [File("a.csv") with { Size = BatchLimits.InputBytes + 1 }] }, typeof(InvalidInput) },
        { "no shard", r => r with { ShardRows = 0 }, typeof(InvalidInput) },
        { "a shard too large", r => r with { ShardRows = BatchLimits.ShardRows + 1 }, typeof(InvalidInput) },
        { "no node", r => r with { Nodes = 0 }, typeof(InvalidInput) },
        { "a name too long", r => r with { Keep = [new string('n', Limits.Name + 1)] }, typeof(InvalidInput) },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_run_is_refused(string what, Func<BatchRequest, BatchRequest> spoil, Type refusal)
    {
        var refused = BatchRun.Open(BatchRunId.New(Sample.Now), spoil(Request()), Sample.Ada, Sample.Now).Refusal;

        Assert.True(refused?.GetType() == refusal, $"{what}: {refused}");
    }

    [Theory]
    [InlineData(1, 1_000, new[] { "0+1" })]
    [InlineData(1_000, 1_000, new[] { "0+1000" })]
    [InlineData(2_500, 1_000, new[] { "0+1000", "1000+1000", "2000+500" })]
    public void The_input_is_cut_into_shards_that_hold_every_row_once(long rows, int shardRows, string[] expected)
    {
        var run = BatchRun.Open(BatchRunId.New(Sample.Now), Request() with { ShardRows = shardRows }, Sample.Ada, Sample.Now).Value;

        var shards = run.Cut(rows).Value;

        Assert.Equal(expected, shards.Select(s => $"{s.FirstRow}+{s.Rows}"));
        Assert.Equal(rows, run.RowsTotal);
    }

    [Fact]
    public void No_rows_and_too_many_shards_are_refused()
    {
        var run = BatchRun.Open(BatchRunId.New(Sample.Now), Request() with { ShardRows = 2 }, Sample.Ada, Sample.Now).Value;

        Assert.Equal("input", Assert.IsType<InvalidInput>(run.Cut(0).Refusal).Field);
        Assert.Contains("at least 3 for 200001 rows", run.Cut(2 * BatchLimits.Shards + 1).Refusal!.Message, StringComparison.Ordinal);
        Assert.Equal(BatchLimits.Shards, run.Cut(2 * BatchLimits.Shards).Value.Count);
    }

    [Fact]
    public void A_shard_is_written_once()
    {
        var shard = BatchShard.Of(BatchRunId.New(Sample.Now), 0, 0, 1);

        Assert.True(shard.Finish(new ShardOutput(0, [1], "sha256:one", 0, 1, null), Sample.Now));
        Assert.False(shard.Finish(new ShardOutput(0, [2], "sha256:two", 1, 1, null), Sample.Now));
        Assert.Equal("sha256:one", shard.Digest);
    }

    [Fact]
    public void What_has_ended_ends_no_second_time()
    {
        var run = BatchRun.Open(BatchRunId.New(Sample.Now), Request(), Sample.Ada, Sample.Now).Value;
        Assert.Null(run.Cancel(Sample.Now));

        Assert.IsType<BatchRunEnded>(run.Start(Sample.Now));
        Assert.IsType<BatchRunEnded>(run.Succeed(DataVersionId.New(Sample.Now), Sample.Now));
        Assert.IsType<BatchRunEnded>(run.Fail("late", Sample.Now));
    }

    private static BatchRequest Request() => new(Sample.Ready(), "risk.credit-scoring", OperationId.New(Sample.Now), [File("rows.csv")], null, Output);

    private static DataFile File(string path) => new(path, Digest.Of([1]).Value, 1);

    private static ModelHub.Domain.Models.Version Of(string format)
    {
        var version = ModelHub.Domain.Models.Version.Register(ModelId.New(Sample.Now), 1, new VersionRegistration(Digest.Of([1]).Value, 1, format), Sample.Ada, Sample.Now).Value;
        version.Accept(Sample.Credit, [], ArtifactScan.NotApplicable, Sample.Now);
        return version;
    }
}
