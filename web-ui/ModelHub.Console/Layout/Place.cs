namespace ModelHub.Console.Layout;

/// <summary>A page that can be gone to from everywhere.</summary>
/// <param name="Path">Without the slash before it.</param>
/// <param name="Key">The letter that goes there after <c>g</c>.</param>
public sealed record Place(string Path, string Name, string Icon, string Key)
{
    /// <summary>In the order of the rail.</summary>
    public static readonly IReadOnlyList<PlaceGroup> Groups =
    [
        new(null, [new("", "Overview", "home", "o")]),
        new("Registry", [new("models", "Models", "box", "m"), new("datasets", "Datasets", "table", "d"), new("training", "Training", "spark", "t")]),
        new("Delivery",
        [
            new("promotions", "Promotions", "up", "p"), new("shadows", "Shadow tests", "spark", "s"), new("experiments", "Experiments", "spark", "x"),
            new("batches", "Batch runs", "table", "b"), new("bundles", "Edge bundles", "shield", "u"), new("endpoints", "Endpoints", "route", "e"), new("environments", "Environments", "place", "v"), new("alerts", "Alerts", "warn", "l"), new("nodes", "Nodes", "server", "n"),
        ]),
        new("Record", [new("jobs", "Jobs", "clock", "j"), new("audit", "Audit", "list", "a"), new("webhooks", "Webhooks", "link", "w"), new("access", "Access", "key", "c")]),
    ];

    public static IEnumerable<Place> All => Groups.SelectMany(group => group.Places);

    /// <summary>Those whose name has all the words that were typed.</summary>
    public static IEnumerable<Place> Named(string? typed) =>
        All.Where(place => (typed ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => place.Name.Contains(word, StringComparison.OrdinalIgnoreCase)));
}

public sealed record PlaceGroup(string? Name, IReadOnlyList<Place> Places);
