using ModelHub.Domain.Data;
using ModelHub.Worker.Data;
using ModelHub.Worker.Data.DuckDb;
using ModelHub.Worker.Jobs;
using Xunit;

namespace ModelHub.Tests.Worker.Data;

public sealed class CompareFilesTests
{
    private const string Before = "id,age,purpose\n1,20,car\n2,30,house\n3,40,\n4,50,car\n";
    private const string After = "id,age,purpose\n2,30,house\n1,20,car\n3,41,\n5,50,car\n6,60,boat\n";

    public CompareFilesTests() => DuckDbLibrary.Use(null);

    [Theory]
    [InlineData("csv", "csv")]
    [InlineData("parquet", "csv")]
    [InlineData("jsonl", "parquet")]
    public void Rows_are_told_apart_by_key_in_any_order_and_form(string from, string to)
    {
        using var folder = new TemporaryFolder();

        var diff = Run(folder, Data(folder, "before", from, Before), Data(folder, "after", to, After), "id");

        Assert.Equal(new RowChanges(Added: 2, Removed: 1, Changed: 1, Same: 2), diff.Rows);
        Assert.DoesNotContain(diff.Schema, change => change.Kind is SchemaChangeKind.Added or SchemaChangeKind.Removed);
    }

    [Fact]
    public void Without_a_key_equal_rows_are_counted_and_a_changed_row_is_one_removed_and_one_added()
    {
        using var folder = new TemporaryFolder();

        var diff = Run(folder, Data(folder, "before", "csv", "x,y\n1,a\n1,a\n2,b\n3,c\n"), Data(folder, "after", "csv", "x,y\n1,a\n3,c\n3,c\n3,c\n2,changed\n"));

        Assert.Equal(new RowChanges(Added: 3, Removed: 2, Changed: null, Same: 2), diff.Rows);
    }

    [Fact]
    public void Values_that_run_into_one_another_are_not_taken_for_equal()
    {
        using var folder = new TemporaryFolder();

        var diff = Run(folder, Data(folder, "before", "csv", "x,y\nab,c\n,d\n\"1:a\",b\n"), Data(folder, "after", "csv", "x,y\na,bc\nd,\na,\"1:b\"\n"));

        Assert.Equal(new RowChanges(Added: 3, Removed: 3, Changed: null, Same: 0), diff.Rows);
    }

    [Fact]
    public void Rows_are_compared_over_the_columns_that_both_have_and_numbers_by_value()
    {
        using var folder = new TemporaryFolder();

        var diff = Run(folder, Data(folder, "before", "csv", "id,x,gone\n1,10,a\n2,20,b\n"), Data(folder, "after", "csv", "new,id,x\nu,1,10.0\nv,2,20.5\n"), "id");

        Assert.Equal(new RowChanges(0, 0, 1, 1), diff.Rows);
        Assert.Equal(
            [("new", SchemaChangeKind.Added), ("gone", SchemaChangeKind.Removed), ("x", SchemaChangeKind.Retyped)], diff.Schema.Select(change => (change.Column, change.Kind)));
        Assert.Equal([("id", true, true), ("x", true, true), ("gone", true, false), ("new", false, true)], diff.Columns.Select(c => (c.Column, c.From is not null, c.To is not null)));
    }

    [Fact]
    public void Without_a_column_in_common_every_row_is_another()
    {
        using var folder = new TemporaryFolder();

        var diff = Run(folder, Data(folder, "before", "csv", "x\n1\n2\n"), Data(folder, "after", "csv", "y\n1\n"));

        Assert.Equal(new RowChanges(1, 2, null, 0), diff.Rows);
    }

    [Fact]
    public void A_key_that_names_no_single_row_is_refused_with_the_side()
    {
        using var folder = new TemporaryFolder();
        var (before, after) = (Data(folder, "before", "csv", Before), Data(folder, "after", "csv", After + "6,61,car\n"));

        var refused = Assert.Throws<BadInputException>(() => Run(folder, before, after, "id"));

        Assert.Equal("key: id names no single row: in the version compared to, 1 rows repeat the key of another.", refused.Message);
    }

    [Fact]
    public void Drift_is_none_between_equal_columns_and_grows_with_what_moved()
    {
        using var folder = new TemporaryFolder();
        string Rows(int shift, string purpose) => "age,purpose,same\n" + string.Concat(Enumerable.Range(0, 1_000).Select(i => $"{i % 50 + shift},{(i % 10 < 9 ? "car" : purpose)},{i % 7}\n"));

        var diff = Run(folder, Data(folder, "before", "csv", Rows(0, "house")), Data(folder, "after", "csv", Rows(25, "boat")));

        var drift = diff.Columns.ToDictionary(column => column.Column, column => column.Drift!.Value);
        Assert.Equal(0, drift["same"], 9);
        Assert.True(drift["age"] > 1, $"{drift["age"]}");
        Assert.True(drift["purpose"] > 0.25, $"{drift["purpose"]}");
    }

    private static ComparedData Data(TemporaryFolder folder, string name, string format, string csv)
    {
        var (source, path) = (folder.File($"{name}.source.csv", csv), Path.Combine(folder.Path, $"{name}.{format}"));
        using var scratch = new TemporaryFolder();
        using (var session = new DuckDbSession([source, path], scratch.Path))
            session.Execute($"COPY (FROM read_csv({DuckDbSession.Quote(source)}, header = true)) TO {DuckDbSession.Quote(path)} ({format switch { "csv" => "FORMAT csv", "parquet" => "FORMAT parquet", _ => "FORMAT json" }})");
        (string, string)[] files = [($"{name}.{format}", path)];
        var measured = ProfileFiles.Run(files, scratch.Path, [], (_, _) => { }, TestContext.Current.CancellationToken);
        return new(files, measured.Schema, measured.Profile);
    }

    private static DataDiffResult Run(TemporaryFolder folder, ComparedData from, ComparedData to, params string[] key) =>
        CompareFiles.Run(from, to, key, folder.Path, (_, _) => { }, TestContext.Current.CancellationToken);
}
