namespace ModelHub.Console.Lineage;

/// <summary>Where the things of a lineage stand: what it was made from to the left, what came of it to the right, a column for each step, bounded in each.</summary>
/// <param name="Nodes">What is drawn, with its place.</param>
/// <param name="Left">What has no place, by column: how many more there are.</param>
internal sealed record LineagePicture(IReadOnlyList<LineageNode> Nodes, IReadOnlyList<LineageLine> Lines, IReadOnlyList<LineageRest> Left, int Width, int Height)
{
    public const int NodeWidth = 216;
    public const int NodeHeight = 46;
    public const int Down = NodeHeight + 16;
    private const int Across = NodeWidth + 44;
    private const int MostInColumn = 5;

    /// <summary>Beside the last column, for what joins two nodes of it.</summary>
    private const int BowRoom = 40;

    public static LineagePicture Of(LineagePage? up, LineagePage? down, LineageThing start)
    {
        var (steps, height) = (Deepest(up), 1 + new[] { up, down }.SelectMany(page => page?.Things ?? []).GroupBy(thing => thing.Depth).Select(column => Math.Min(column.Count(), MostInColumn)).DefaultIfEmpty(1).Max());
        var width = (1 + steps + Deepest(down)) * Across - (Across - NodeWidth);
        var middle = new LineageNode(start, steps * Across, (height - 2) * Down / 2 + 12, true);
        var (before, after) = (Side(up, -1, middle, height), Side(down, 1, middle, height));
        IReadOnlyList<LineageNode> nodes = [.. before.Places.Values.Where(node => !node.Start), middle, .. after.Places.Values.Where(node => !node.Start)];
        IEnumerable<LineageLine> lines = [.. Joined(up, before.Places, nodes), .. Joined(down, after.Places, nodes)];
        return new(nodes, [.. lines.Distinct()], [.. before.Left, .. after.Left], width + 4 + BowRoom, height * Down + 12);
    }

    private static int Deepest(LineagePage? page) => page?.Things.Select(thing => thing.Depth).DefaultIfEmpty(0).Max() ?? 0;

    private static (Dictionary<int, LineageNode> Places, List<LineageRest> Left) Side(LineagePage? page, int way, LineageNode middle, int height)
    {
        var (places, left) = (new Dictionary<int, LineageNode> { [-1] = middle }, new List<LineageRest>());
        foreach (var column in (page?.Things ?? []).Select((thing, i) => (thing, i)).GroupBy(one => one.thing.Depth))
        {
            var (x, shown) = (middle.X + way * column.Key * Across, column.Take(MostInColumn).ToList());
            var top = ((height - 1) * Down - shown.Count * Down) / 2 + 12;
            for (var row = 0; row < shown.Count; row++)
                places[shown[row].i] = new(shown[row].thing, x, top + row * Down, false);
            if (column.Count() > shown.Count)
                left.Add(new(column.Count() - shown.Count, x, top + shown.Count * Down));
        }
        return (places, left);
    }

    private static IEnumerable<LineageLine> Joined(LineagePage? page, Dictionary<int, LineageNode> places, IReadOnlyList<LineageNode> all) =>
        (page?.Edges ?? []).Where(edge => places.ContainsKey(edge.From) && places.ContainsKey(edge.To)).Select(edge => LineageLine.Of(places[edge.From], places[edge.To], all));
}

/// <param name="Start">The page one is on.</param>
internal sealed record LineageNode(LineageThing Thing, int X, int Y, bool Start)
{
    public int Middle => Y + LineagePicture.NodeHeight / 2;
}

internal sealed record LineageRest(int More, int X, int Y);
