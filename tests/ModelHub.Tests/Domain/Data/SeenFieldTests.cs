using ModelHub.Domain.Data;
using Xunit;

namespace ModelHub.Tests.Domain.Data;

public sealed class SeenFieldTests
{
    [Fact]
    public void A_numeric_column_tells_its_range_and_numbers_from_all_over_it()
    {
        var seen = SeenField.Of([Profile(Numbers("age", 18, 99, 20, 41.5, 80))]).Single();

        Assert.Equal(("age", 18, 99, false), (seen.Name, seen.Min, seen.Max, seen.AreAll));
        Assert.Equal([20, 41.5, 80], seen.Numbers);
        Assert.Empty(seen.Texts);
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void Texts_are_all_there_are_only_where_the_profile_holds_every_one(long distinct, bool all)
    {
        var seen = SeenField.Of([Profile(Texts("purpose", distinct, ("car", 5), ("house", 9)))]).Single();

        Assert.Equal(["house", "car"], seen.Texts);
        Assert.Equal(all, seen.AreAll);
    }

    [Fact]
    public void What_any_of_several_data_versions_has_was_seen()
    {
        var seen = SeenField.Of(
        [
            Profile(Numbers("age", 18, 60, 30), Texts("purpose", 1, ("car", 1))),
            Profile(Numbers("age", 20, 99, 70), Texts("purpose", 1, ("house", 2))),
        ]);

        Assert.Equal((18, 99), (seen[0].Min, seen[0].Max));
        Assert.Equal([30, 70], seen[0].Numbers);
        Assert.Equal(["house", "car"], seen[1].Texts);
        Assert.True(seen[1].AreAll);
    }

    [Fact]
    public void A_text_cut_by_the_profile_is_none_that_was_seen()
    {
        var seen = SeenField.Of([Profile(Texts("note", 2, (new string('a', 200), 3), ("b", 1)))]).Single();

        Assert.Equal(["b"], seen.Texts);
        Assert.False(seen.AreAll);
    }

    [Fact]
    public void Dates_empty_columns_and_data_of_too_many_columns_tell_nothing()
    {
        var date = new ColumnProfile("day", "date", 1, 0, 1, "2026-01-01", "2026-01-01", null, null, [], [], [new("2026-01-01", 1)]);
        var empty = new ColumnProfile("none", "number", 0, 9, 0, null, null, null, null, [], [], []);

        Assert.Empty(SeenField.Of([Profile(date, empty)]));
        Assert.Empty(SeenField.Of([Profile([.. Enumerable.Range(0, SeenField.MostFields + 1).Select(i => Numbers($"c{i}", 0, 1, 0.5))])]));
        Assert.Empty(SeenField.Of([]));
    }

    private static Profile Profile(params ColumnProfile[] columns) => new(10, columns);

    private static ColumnProfile Numbers(string name, double min, double max, params double[] quantiles) =>
        new(name, "number", 10, 0, 10, Text(min), Text(max), 1, 1, [.. quantiles.Select((q, i) => new Quantile(i / 10.0, q))], [], []);

    private static ColumnProfile Texts(string name, long distinct, params (string Value, long Count)[] top) =>
        new(name, "text", 10, 0, distinct, null, null, null, null, [], [], [.. top.Select(t => new TopValue(t.Value, t.Count))]);

    private static string Text(double value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
