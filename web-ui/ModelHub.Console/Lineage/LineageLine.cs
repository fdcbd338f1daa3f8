using System.Globalization;
using System.Text;

namespace ModelHub.Console.Lineage;

/// <summary>
/// A curve from the right of what came first to the left of what came of it. Columns that lie between are passed in a lane between
/// their nodes, never behind one; two nodes of one column are joined by a bow beside it.
/// </summary>
internal sealed record LineageLine(string Path)
{
    private const int Bend = 22;

    public static LineageLine Of(LineageNode one, LineageNode other, IReadOnlyCollection<LineageNode> all)
    {
        if (one.X == other.X)
            return Bow(one, other);
        var (first, then) = one.X < other.X ? (one, other) : (other, one);
        var (x, y) = (first.X + LineagePicture.NodeWidth, first.Middle);
        var path = new StringBuilder().Append(CultureInfo.InvariantCulture, $"M{x} {y}");
        foreach (var column in all.Where(node => node.X > first.X && node.X < then.X).GroupBy(node => node.X).OrderBy(column => column.Key))
        {
            var lane = Lane([.. column.OrderBy(node => node.Y)], y + (then.Middle - y) * (column.Key - x) / (then.X - x));
            path.Append(CultureInfo.InvariantCulture, $" C{x + Bend} {y} {column.Key - Bend} {lane} {column.Key} {lane} H{column.Key + LineagePicture.NodeWidth}");
            (x, y) = (column.Key + LineagePicture.NodeWidth, lane);
        }
        return new(path.Append(CultureInfo.InvariantCulture, $" C{x + Bend} {y} {then.X - Bend} {then.Middle} {then.X} {then.Middle}").ToString());
    }

    /// <summary>The free height in a column that is nearest to where a straight line would pass: above its nodes, between two, or below.</summary>
    private static int Lane(IReadOnlyList<LineageNode> column, int straight)
    {
        const int Half = (LineagePicture.Down - LineagePicture.NodeHeight) / 2;
        return column.Select(node => node.Y - Half).Append(column[^1].Y + LineagePicture.NodeHeight + Half).MinBy(lane => Math.Abs(lane - straight));
    }

    // The further apart, the wider, so that two bows do not lie on one another; there are 44 pixels between columns.
    private static LineageLine Bow(LineageNode one, LineageNode other)
    {
        var (x, wide) = (one.X + LineagePicture.NodeWidth, Math.Min(40, 18 + Math.Abs(one.Y - other.Y) / LineagePicture.Down * 6));
        return new(string.Create(CultureInfo.InvariantCulture, $"M{x} {one.Middle} C{x + wide} {one.Middle} {x + wide} {other.Middle} {x} {other.Middle}"));
    }
}
