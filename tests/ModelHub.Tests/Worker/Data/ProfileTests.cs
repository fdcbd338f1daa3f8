using System.Globalization;
using System.Text.Json;
using ModelHub.Domain.Data;
using ModelHub.Worker.Data;
using ModelHub.Worker.Data.DuckDb;
using ModelHub.Worker.Jobs;
using Xunit;

namespace ModelHub.Tests.Worker.Data;

public sealed class ProfileTests
{
    public ProfileTests() => DuckDbLibrary.Use(null);

    [Theory]
    [InlineData("penguins", "penguins.csv", null)]
    [InlineData("iris", "iris.csv", null)]
    [InlineData("diabetes", "diabetes.csv", null)]
    [InlineData("digits", "digits.csv", null)]
    [InlineData("german_credit", "train.csv;test.csv", "whole (train.csv followed by test.csv)")]
    public void A_known_table_has_the_profile_computed_elsewhere(string folder, string files, string? part)
    {
        using var known = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("tabular", folder, "profile_expected.json")));
        var expected = part is null ? known.RootElement : known.RootElement.GetProperty(part);

        var (schema, profile, _) = Run([.. files.Split(';').Select(f => (f, SharedData.Path("tabular", folder, f)))]);

        Assert.Equal(expected.GetProperty("rows").GetInt64(), profile.RowCount);
        Assert.Equal(expected.GetProperty("columns").GetInt32(), schema.Count);
        foreach (var column in expected.GetProperty("columns_profile").EnumerateObject())
            Compare(column.Value, profile.Columns.Single(c => c.Name == column.Name));
    }

    [Theory]
    [InlineData("empty.csv", "is empty")]
    [InlineData("broken_quotes.csv", "line 2")]
    [InlineData("ragged.csv", "line 1")]
    [InlineData("mixed_encodings.csv", "not UTF-8")]
    [InlineData("utf16_bom.csv", "not UTF-8")]
    [InlineData("nul_bytes.csv", "NUL")]
    [InlineData("duplicate_headers.csv", "two columns are named")]
    [InlineData("wide_10000_columns.csv", "2000 columns, the limit")]
    [InlineData("one_huge_field.csv", "65536 characters, the limit")]
    [InlineData("binary.csv", "binary.csv:")]
    [InlineData("cr_only.csv", "single carriage return")]
    [InlineData("semicolon_decimal_comma.csv", "separate the fields by commas")]
    public void A_hostile_file_is_refused_with_its_name_and_the_reason(string file, string reason)
    {
        var refused = Assert.Throws<BadInputException>(() => Run([(file, SharedData.Path("hostile", "csv", file))]));

        Assert.StartsWith(file, refused.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Odd_but_honest_files_are_accepted()
    {
        var marked = Run([("utf8_bom_crlf.csv", SharedData.Path("hostile", "csv", "utf8_bom_crlf.csv"))]);
        Assert.Equal("checking_status", marked.Schema[0].Name);

        var empty = Run([("header_only.csv", SharedData.Path("hostile", "csv", "header_only.csv"))]).Profile;
        Assert.Equal(0, empty.RowCount);
        Assert.All(empty.Columns, c => Assert.Equal(0, c.Count));

        var formulas = Run([("formula_injection.csv", SharedData.Path("hostile", "csv", "formula_injection.csv"))]).Profile;
        Assert.Equal("text", formulas.Columns.Single(c => c.Name == "name").Type);

        var odd = Run([("odd_numbers.csv", SharedData.Path("hostile", "csv", "odd_numbers.csv"))]).Profile;
        Assert.Equal(("text", 17), (odd.Columns[0].Type, odd.RowCount));
    }

    [Fact]
    public void Numbers_that_are_not_finite_count_as_missing_and_never_reach_the_figures()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("x.csv", "x,y\n1,1\nnan,2\ninf,3\n-inf,4\n3,5\n");

        var column = Run([("x.csv", path)]).Profile.Columns[0];

        Assert.Equal(("number", 2, 3), (column.Type, column.Count, column.Nulls));
        Assert.Equal(2, column.Mean);
        Assert.Equal(2, column.Histogram.Sum(b => b.Count));
    }

    [Theory]
    [InlineData("x.jsonl")]
    [InlineData("x.ndjson")]
    [InlineData("x.parquet")]
    public void Json_lines_and_Parquet_have_the_profile_of_the_same_table(string name)
    {
        using var folder = new TemporaryFolder();
        var path = Written(folder, name);

        var (schema, profile, _) = Run([(name, path)]);

        Assert.Equal([new Column("age", "integer", false), new("income", "number", true), new("purpose", "text", true)], schema);
        Assert.Equal(4, profile.RowCount);
        var (age, income, purpose) = (profile.Columns[0], profile.Columns[1], profile.Columns[2]);
        Assert.Equal(("20", "50", 35), (age.Min, age.Max, age.Mean));
        Assert.Equal((3, 1, 2.5), (income.Count, income.Nulls, income.Quantiles.Single(q => q.P == 0.5).Value));
        Assert.Equal([new TopValue("car", 2), new("it's, \"new\"", 1)], purpose.TopValues);
        Assert.Equal(4, age.Histogram.Sum(b => b.Count));
    }

    [Fact]
    public void The_smallest_value_of_a_column_of_single_precision_lies_in_its_first_bin()
    {
        using var folder = new TemporaryFolder();
        // As text 3.8581877E-07: a little more than the value itself.
        var path = Parquet(folder, "x.parquet", "SELECT x::FLOAT AS x FROM (VALUES (3.8581877E-07), (0.5), (0.99999980)) AS rows(x)");

        var column = Run([("x.parquet", path)]).Profile.Columns.Single();

        Assert.Equal((3, 1), (column.Histogram.Sum(b => b.Count), column.Histogram[0].Count));
    }

    [Fact]
    public void Columns_may_be_called_as_the_statements_call_theirs()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("x.csv", "v,n,c,bin,f0\n1,2,a,4,5\n1,6,b,8,9\n");

        var columns = Run([("x.csv", path)]).Profile.Columns;

        Assert.Equal([new TopValue("1", 2)], columns[0].TopValues);
        Assert.Equal([new TopValue("2", 1), new("6", 1)], columns[1].TopValues);
        Assert.Equal([new TopValue("a", 1), new("b", 1)], columns[2].TopValues);
        Assert.Equal((2, 2), (columns[3].Histogram.Sum(b => b.Count), columns[4].Distinct));
    }

    [Fact]
    public void The_files_of_one_data_version_are_one_table()
    {
        using var folder = new TemporaryFolder();
        var (one, other) = (folder.File("a.jsonl", "{\"x\":1}\n{\"x\":2}\n"), folder.File("b.jsonl", "{\"x\":6}\n"));

        var column = Run([("a.jsonl", one), ("b.jsonl", other)]).Profile.Columns.Single();

        Assert.Equal((3, "1", "6", 3), (column.Count, column.Min, column.Max, column.Mean));
    }

    [Theory]
    [InlineData("a.csv", "x,y\n1,2\n", "b.csv", "x,z\n1,2\n", "b.csv: column 2 is \"z\", in a.csv it is \"y\"")]
    [InlineData("a.csv", "x\n1\n", "b.csv", "x,y\n1,2\n", "b.csv: column 2 is \"y\", in a.csv it is missing")]
    [InlineData("a.jsonl", "{\"x\":1,\"y\":2}\n", "b.jsonl", "{\"x\":1}\n", "b.jsonl: column \"y\" of a.jsonl is missing")]
    [InlineData("a.jsonl", "{\"x\":1}\n", "b.jsonl", "{\"x\":1,\"y\":2}\n", "b.jsonl: column \"y\" is not in a.jsonl")]
    [InlineData("a.jsonl", "{\"x\":1}\n", "b.jsonl", "{\"x\":\"one\"}\n", "b.jsonl: column \"x\" is VARCHAR, in a.jsonl it is a number")]
    public void Files_of_other_columns_are_refused_by_file_and_column(string first, string content, string second, string other, string reason)
    {
        using var folder = new TemporaryFolder();
        var files = new[] { (first, folder.File(first, content)), (second, folder.File(second, other)) };

        var refused = Assert.Throws<BadInputException>(() => Run(files));

        Assert.StartsWith(reason, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT 1 AS x, 2 AS z", "b.parquet: column \"y\" of a.parquet is missing")]
    [InlineData("SELECT 1 AS x, 2 AS y, 3 AS z", "b.parquet: column \"z\" is not in a.parquet")]
    [InlineData("SELECT 1 AS x, 'two' AS y", "b.parquet: column \"y\" is VARCHAR, in a.parquet it is INTEGER")]
    [InlineData("SELECT 1 AS x, 2::BIGINT AS y", "b.parquet: column \"y\" is BIGINT, in a.parquet it is INTEGER")]
    public void Parquet_files_of_other_columns_are_refused_by_file_and_column(string other, string reason)
    {
        using var folder = new TemporaryFolder();
        var files = new[] { ("a.parquet", Parquet(folder, "a.parquet", "SELECT 1 AS x, 2 AS y")), ("b.parquet", Parquet(folder, "b.parquet", other)) };

        var refused = Assert.Throws<BadInputException>(() => Run(files));

        Assert.StartsWith(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_numbers_with_and_without_fractions_and_of_nothing_but_nulls_are_one_table()
    {
        using var folder = new TemporaryFolder();
        var files = new[] { ("a.jsonl", folder.File("a.jsonl", "{\"x\":1}\n")), ("b.jsonl", folder.File("b.jsonl", "{\"x\":2.5}\n")), ("c.jsonl", folder.File("c.jsonl", "{\"x\":null}\n")) };

        var column = Run(files).Profile.Columns.Single();

        Assert.Equal(("number", 2, 1, 1.75), (column.Type, column.Count, column.Nulls, column.Mean));
    }

    [Fact]
    public void A_field_that_comes_late_in_a_file_is_a_column_of_it()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("x.jsonl", string.Concat(Enumerable.Repeat("{\"x\":1}\n", 30_000)) + "{\"x\":2.5,\"late\":\"here\"}\n");

        var profile = Run([("x.jsonl", path)]).Profile;

        Assert.Equal([("x", "number", 30_001), ("late", "text", 1)], profile.Columns.Select(c => (c.Name, c.Type, (int)c.Count)));
    }

    [Fact]
    public void Of_more_rows_than_are_sorted_counts_and_extremes_are_exact_and_quantiles_close()
    {
        using var folder = new TemporaryFolder();
        var rows = ColumnFigures.ExactRows + 100_000;
        var path = Parquet(folder, "big.parquet", $"SELECT i AS id, i % 7 AS week, CASE WHEN i % 3 = 0 THEN -999 ELSE i END AS marked, 'k' || (i % 200000) AS key FROM range({rows}) AS r(i)");

        var profile = Run([("big.parquet", path)]).Profile;

        Assert.True(profile.Approximate);
        var (id, week, marked, key) = (profile.Columns[0], profile.Columns[1], profile.Columns[2], profile.Columns[3]);
        Assert.Equal(("0", $"{rows - 1}", (rows - 1) / 2.0, rows), (id.Min, id.Max, id.Mean, id.Histogram.Sum(b => b.Count)));
        Assert.Equal(rows / 2.0, id.Quantiles.Single(q => q.P == 0.5).Value, 0.01 * rows);
        Assert.Equal((7, 7), (week.TopValues.Count, (int)week.Distinct!));
        Assert.Equal(rows, week.TopValues.Sum(v => v.Count));
        Assert.Equal(new TopValue("-999", rows / 3), marked.TopValues[0]);
        Assert.Equal(10, key.TopValues.Count);
        Assert.All(key.TopValues, top => Assert.InRange(top.Count, 10, 11));
    }

    [Theory]
    [InlineData("x.jsonl", "{\"x\":1}\n{\"x\":")]
    [InlineData("x.jsonl", "no JSON at all\n")]
    [InlineData("x.parquet", "PAR1 and nothing of it")]
    [InlineData("x.parquet", "")]
    public void A_broken_file_of_these_kinds_is_refused_without_a_place_on_our_disk(string name, string content)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File(name, content);

        var refused = Assert.Throws<BadInputException>(() => Run([(name, path)]));

        Assert.NotEmpty(refused.Message);
        Assert.DoesNotContain(folder.Path, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_engine_opens_no_other_file_and_its_settings_are_locked()
    {
        using var folder = new TemporaryFolder();
        var allowed = folder.File("a.csv", "x\n1\n");
        var other = folder.File("b.csv", "x\n2\n");
        using var scratch = new TemporaryFolder();
        using var session = new DuckDbSession([allowed], scratch.Path);

        Assert.Equal("1", session.Rows($"SELECT x FROM read_csv('{allowed}')")[0][0]);
        Assert.Throws<DuckDbException>(() => session.Rows($"SELECT * FROM read_csv('{other}')"));
        Assert.Throws<DuckDbException>(() => session.Execute($"COPY (SELECT 1) TO '{folder.Path}/c.csv'"));
        Assert.Throws<DuckDbException>(() => session.Execute("SET enable_external_access = true"));
        Assert.Throws<DuckDbException>(() => session.Execute("INSTALL httpfs"));
    }

    [Fact]
    public void Long_texts_nulls_and_quotes_come_back_as_they_went_in()
    {
        using var folder = new TemporaryFolder();
        using var session = new DuckDbSession([], folder.Path);

        var row = session.Rows("SELECT 'zwölf Zeichen und mehr', NULL, 'o''', '', 1.5::DOUBLE")[0];

        Assert.Equal<string?[]>(["zwölf Zeichen und mehr", null, "o'", "", "1.5"], row);
    }

    /// <summary>Four rows with a missing number and text, in the form that the name says.</summary>
    private static string Written(TemporaryFolder folder, string name)
    {
        if (!name.EndsWith(".parquet", StringComparison.Ordinal))
            return folder.File(name, """
                {"age":20,"income":1.5,"purpose":"car"}
                {"age":30,"income":2.5,"purpose":"it's, \"new\""}
                {"age":40,"income":null,"purpose":"car"}
                {"age":50,"income":3.5,"purpose":null}

                """);
        return Parquet(folder, name, """SELECT * FROM (VALUES (20, 1.5::DOUBLE, 'car'), (30, 2.5, 'it''s, "new"'), (40, NULL, 'car'), (50, 3.5, NULL)) AS rows(age, income, purpose)""");
    }

    private static string Parquet(TemporaryFolder folder, string name, string query)
    {
        var path = Path.Combine(folder.Path, name);
        using var scratch = new TemporaryFolder();
        using var session = new DuckDbSession([path], scratch.Path);
        session.Execute($"COPY ({query}) TO {DuckDbSession.Quote(path)} (FORMAT parquet)");
        return path;
    }

    private static MeasuredData Run(IReadOnlyList<(string, string)> files)
    {
        using var scratch = new TemporaryFolder();
        return ProfileFiles.Run(files, scratch.Path, [], (_, _) => { }, TestContext.Current.CancellationToken);
    }

    private static void Compare(JsonElement expected, ColumnProfile actual)
    {
        Assert.Equal(expected.GetProperty("count").GetInt64(), actual.Count);
        Assert.Equal(expected.GetProperty("missing").GetInt64(), actual.Nulls);
        Assert.Equal(expected.GetProperty("distinct").GetInt64(), actual.Distinct);
        if (expected.GetProperty("kind").GetString() == "numeric") CompareNumbers(expected, actual);
        if (expected.TryGetProperty("value_counts", out var counts) && actual.Type == "text")
            Assert.All(actual.TopValues, top => Assert.Equal(counts.GetProperty(top.Value).GetInt64(), top.Count));
    }

    private static void CompareNumbers(JsonElement expected, ColumnProfile actual)
    {
        Close(expected.GetProperty("min").GetDouble(), double.Parse(actual.Min!, CultureInfo.InvariantCulture));
        Close(expected.GetProperty("max").GetDouble(), double.Parse(actual.Max!, CultureInfo.InvariantCulture));
        Close(expected.GetProperty("mean").GetDouble(), actual.Mean!.Value);
        Close(expected.GetProperty("std_sample").GetDouble(), actual.Std!.Value);
        Assert.NotEmpty(actual.Quantiles);
        foreach (var quantile in actual.Quantiles)
            Close(expected.GetProperty("quantiles").GetProperty(quantile.P.ToString(CultureInfo.InvariantCulture)).GetDouble(), quantile.Value);
        Assert.Equal(actual.Count, actual.Histogram.Sum(b => b.Count));
    }

    private static void Close(double expected, double actual) => Assert.Equal(expected, actual, 1e-9 * Math.Max(1, Math.Abs(expected)));
}
