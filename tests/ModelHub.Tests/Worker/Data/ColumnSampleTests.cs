using System.Globalization;
using System.Text;
using ModelHub.Domain.Data;
using ModelHub.Worker.Data;
using ModelHub.Worker.Data.DuckDb;
using Xunit;

namespace ModelHub.Tests.Worker.Data;

/// <summary>The whole rows that a profile keeps for explanations.</summary>
public sealed class ColumnSampleTests
{
    public ColumnSampleTests() => DuckDbLibrary.Use(null);

    [Theory]
    [InlineData("csv", 1)]
    [InlineData("parquet", 1)]
    [InlineData("parquet", 2)]
    public void Rows_stay_together_and_are_the_same_each_time(string format, int files)
    {
        using var folder = new TemporaryFolder();
        var paths = Enumerable.Range(0, files).Select(file => Table(folder, $"{file}.{format}", format, file * 500, 500)).ToArray();

        var (sample, again) = (Sample(paths, 30), Sample(paths, 30));

        Assert.Equal(["id", "twice", "word"], sample!.Columns);
        Assert.Equal(30, sample.Rows.Count);
        Assert.All(sample.Rows, row =>
        {
            var id = int.Parse(row[0]!, CultureInfo.InvariantCulture);
            Assert.Equal(2 * id, double.Parse(row[1]!, CultureInfo.InvariantCulture));
            Assert.Equal(id % 3 == 0 ? null : $"w{id}", row[2]);
        });
        Assert.Equal(sample.Rows.Count, sample.Rows.Select(row => row[0]).Distinct().Count());
        Assert.Equal(sample.Rows.SelectMany(r => r), again!.Rows.SelectMany(r => r));
        // Not the first ones: from all over the data.
        Assert.True(sample.Rows.Max(row => int.Parse(row[0]!, CultureInfo.InvariantCulture)) > files * 500 / 2);
    }

    [Fact]
    public void Few_rows_are_kept_all_long_texts_none_and_none_at_all_when_that_is_set()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("few.csv", $"x,note\n1,{new string('a', 300)}\n2,short\n");

        var sample = Sample([path], 100);

        Assert.Equal(["x"], sample!.Columns);
        Assert.Equal(["1", "2"], sample.Rows.Select(row => row[0]));
        Assert.Null(Sample([path], 0));
    }

    [Fact]
    public void What_nodes_are_told_of_a_field_comes_from_rows_of_one_data_version()
    {
        ColumnProfile Column(string name) => new(name, "number", 3, 0, 3, "1", "3", 2, 1, [new Quantile(0.5, 2)], [], []);
        var small = new Profile(10, [Column("a"), Column("b")], false, new RowSample(["a", "b"], [["1", "2"]]));
        var large = new Profile(20, [Column("a"), Column("b")], false, new RowSample(["b", "a"], [["3", null], ["5", "6"]]));

        var seen = SeenField.Of([small, large]).ToDictionary(f => f.Name);

        Assert.Equal([null, "6"], seen["a"].Sample);
        Assert.Equal(["3", "5"], seen["b"].Sample);
    }

    private static RowSample? Sample(string[] paths, int rows)
    {
        using var scratch = new TemporaryFolder();
        return ProfileFiles.Run([.. paths.Select(p => (Path.GetFileName(p), p))], scratch.Path, [], (_, _) => { }, TestContext.Current.CancellationToken, rows).Profile.Sample;
    }

    private static string Table(TemporaryFolder folder, string name, string format, int from, int count)
    {
        var path = Path.Combine(folder.Path, name);
        if (format == "csv")
        {
            var text = new StringBuilder("id,twice,word\n");
            for (var id = from; id < from + count; id++)
                text.Append(CultureInfo.InvariantCulture, $"{id},{2 * id},{(id % 3 == 0 ? "" : $"w{id}")}\n");
            File.WriteAllText(path, text.ToString());
            return path;
        }
        using var scratch = new TemporaryFolder();
        using var session = new DuckDbSession([path], scratch.Path);
        session.Execute($"COPY (SELECT i AS id, 2 * i AS twice, CASE WHEN i % 3 = 0 THEN NULL ELSE 'w' || i END AS word FROM range({from}, {from + count}) r(i)) TO {DuckDbSession.Quote(path)} (FORMAT parquet)");
        return path;
    }
}
