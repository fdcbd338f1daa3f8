using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Data;
using ModelHub.Domain.Operations;
using Xunit;

namespace ModelHub.Tests.Domain.Data;

public sealed class DataDiffTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly Actor Ada = Actor.User("ada");

    [Fact]
    public void Columns_are_added_removed_retyped_and_lose_or_gain_missing_values()
    {
        Column[] from = [new("id", "integer", false), new("age", "integer", false), new("note", "text", true), new("old", "text", true)];
        Column[] to = [new("id", "integer", false), new("age", "number", true), new("note", "text", false), new("new", "date", false)];

        Assert.Equal(
            [
                new("new", SchemaChangeKind.Added, null, "date"), new("old", SchemaChangeKind.Removed, "text", null), new("age", SchemaChangeKind.Retyped, "integer", "number"),
                new("age", SchemaChangeKind.Nullability, "no missing values", "nullable"), new("note", SchemaChangeKind.Nullability, "nullable", "no missing values"),
            ],
            SchemaChange.Between(from, to));
        Assert.Empty(SchemaChange.Between(from, from));
    }

    [Theory]
    [InlineData(new long[] { 500, 500 }, new long[] { 500, 500 }, 0.0)]
    [InlineData(new long[] { 500, 500 }, new long[] { 900, 100 }, 0.879)]
    [InlineData(new long[] { 900, 100 }, new long[] { 500, 500 }, 0.879)]
    public void The_index_of_a_column_is_that_of_its_shares(long[] from, long[] to, double expected) =>
        Assert.Equal(expected, ModelHub.Domain.Monitoring.Psi.Of(from, to)!.Value, 0.01);

    [Fact]
    public void An_empty_bin_gives_a_finite_index_and_no_values_none()
    {
        Assert.True(double.IsFinite(ModelHub.Domain.Monitoring.Psi.Of([100, 0], [0, 100])!.Value));
        Assert.Null(ModelHub.Domain.Monitoring.Psi.Of([0, 0], [1, 1]));
        Assert.Null(ModelHub.Domain.Monitoring.Psi.Of([1, 1], [0, 0]));
    }

    [Fact]
    public void Only_ready_versions_that_differ_are_compared_by_columns_that_both_have()
    {
        var (one, other, pending) = (Version(1, "id", "x"), Version(2, "id", "y"), Version(3));

        Assert.Equal(["id"], Request(one, other, "id").Value.Key);
        Assert.Equal("to", Assert.IsType<InvalidInput>(Request(one, one).Refusal).Field);
        Assert.Equal(new DataVersionNotReady("a.rows", 3, DataVersionState.Pending), Request(one, pending).Refusal);
        Assert.Contains("x is not in both", Request(one, other, "x").Refusal!.Message, StringComparison.Ordinal);
        Assert.Contains("each once", Request(one, other, "id", "id").Refusal!.Message, StringComparison.Ordinal);
    }

    private static Result<DataDiff> Request(DataVersion from, DataVersion to, params string[] key) =>
        DataDiff.Request(DataDiffId.New(Now), "a.rows", from, to, key, OperationId.New(Now), Ada, Now);

    private static DataVersion Version(int number, params string[] columns)
    {
        var version = DataVersion.Register(DatasetId.New(Now), number, [new DataFile("a.csv", Digest.Of([(byte)number]).Value, 1)], Ada, Now).Value;
        if (columns.Length > 0)
            Assert.Null(version.Accept([.. columns.Select(column => new Column(column, "integer", false))], new Profile(1, []), Now));
        return version;
    }
}
