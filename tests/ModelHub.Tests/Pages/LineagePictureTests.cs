using System.Globalization;
using System.Text.RegularExpressions;
using ModelHub.Console.Lineage;
using Xunit;

namespace ModelHub.Tests.Pages;

public sealed class LineagePictureTests
{
    private static readonly LineageThing Start = Thing("VERSION", 0, "risk.credit@3");

    [Fact]
    public void A_line_over_a_column_passes_between_its_nodes_and_never_behind_one()
    {
        var picture = LineagePicture.Of(null, Page([Thing("ENDPOINT", 1), Thing("BATCH_RUN", 1), Thing("VERSION", 1), Thing("DATA_VERSION", 2)], [(-1, 0), (-1, 1), (-1, 2), (-1, 3)]), Start);

        var between = picture.Nodes.Where(node => node.Thing.Depth == 1).ToList();
        var lane = Lane(Assert.Single(picture.Lines, line => line.Path.Contains('H', StringComparison.Ordinal)));
        Assert.All(between, node => Assert.False(lane >= node.Y && lane <= node.Y + LineagePicture.NodeHeight, $"{lane} is behind {node}"));
        Assert.InRange(lane, 0, picture.Height);
    }

    [Fact]
    public void Two_nodes_of_one_column_are_joined_beside_it()
    {
        var picture = LineagePicture.Of(null, Page([Thing("TRAINING_RUN", 1), Thing("VERSION", 1)], [(-1, 0), (0, 1)]), Start);

        var column = picture.Nodes.First(node => node.Thing.Depth == 1).X;
        var bow = Assert.Single(picture.Lines, line => line.Path.StartsWith($"M{column + LineagePicture.NodeWidth} ", StringComparison.Ordinal));
        var numbers = Regex.Matches(bow.Path, "[0-9]+").Select(match => int.Parse(match.Value, CultureInfo.InvariantCulture)).ToList();
        Assert.All([numbers[2], numbers[4]], x => Assert.InRange(x, column + LineagePicture.NodeWidth + 10, picture.Width));
        Assert.Equal(numbers[0], numbers[6]);
        Assert.NotEqual(numbers[1], numbers[7]);
    }

    [Fact]
    public void What_is_known_of_both_ways_is_drawn_once_and_a_single_thing_stands_level_with_the_start()
    {
        var picture = LineagePicture.Of(Page([Thing("DATA_VERSION", 1)], [(0, -1), (0, -1)]), Page([Thing("ENDPOINT", 1)], [(-1, 0)]), Start);

        Assert.Equal(2, picture.Lines.Count);
        Assert.Single(picture.Nodes.Select(node => node.Middle).Distinct());
    }

    [Theory]
    [InlineData("short v1", "short v1")]
    [InlineData("a-namespace.with-a-very-long-model-name v12", "…")]
    [InlineData("MMMMMMMMMMMMMMMMMMMMMMMM v1", "…")]
    public void A_name_that_is_too_long_keeps_its_end(string name, string begins)
    {
        var shown = LineageName.Fit(name);

        Assert.StartsWith(begins, shown, StringComparison.Ordinal);
        Assert.EndsWith(name[^3..], shown, StringComparison.Ordinal);
        Assert.InRange(shown.Length, 8, 30);
    }

    [Fact]
    public void Runs_of_the_same_minute_are_told_apart()
    {
        var at = DateTimeOffset.UnixEpoch.AddYears(56);
        var (one, other) = (Guid.CreateVersion7(at), Guid.CreateVersion7(at.AddSeconds(1)));

        Assert.NotEqual(Thing("TRAINING_RUN", 1, $"{one:N}").Short, Thing("TRAINING_RUN", 1, $"{other:N}").Short);
    }

    private static int Lane(LineageLine line) => int.Parse(Regex.Match(line.Path, "([0-9]+) H").Groups[1].Value, CultureInfo.InvariantCulture);

    private static LineageThing Thing(string kind, int depth, string? name = null) => new(kind, name ?? $"{kind.ToLowerInvariant()}.thing@{depth}", depth, null, null);

    private static LineagePage Page(IReadOnlyList<LineageThing> things, IEnumerable<(int From, int To)> edges) => new(things, [.. edges.Select(edge => new LineageEdge(edge.From, edge.To))], null);
}
