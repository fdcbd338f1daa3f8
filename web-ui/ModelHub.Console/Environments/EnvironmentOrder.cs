namespace ModelHub.Console.Environments;

/// <summary>An environment's place in the order.</summary>
/// <param name="AsksBefore">Its policy asks for versions that were live in the environment before it.</param>
internal sealed record Placed(string Name, int Rank, bool AsksBefore);

/// <summary>What a new place in the order means, in words and numbers.</summary>
internal static class EnvironmentOrder
{
    public static Placed Of(EnvironmentRow row) => new(row.Name, row.Rank, PolicyRules.Of(PolicyText.Written(row.Policy)) is { FromEnvironmentBefore: true });

    /// <summary>The lowest rank above all others.</summary>
    public static int Free(IEnumerable<Placed> all) => all.Select(e => e.Rank).DefaultIfEmpty(0).Max() + 1;

    /// <summary>Who stands there already; null: nobody.</summary>
    public static string? Taken(IEnumerable<Placed> all, string name, int rank) => all.FirstOrDefault(e => e.Name != name && e.Rank == rank)?.Name;

    /// <param name="name">Of the one that comes or moves.</param>
    public static IReadOnlyList<string> Words(IReadOnlyList<Placed> all, string name, int rank, bool asksBefore = false)
    {
        Placed[] before = [.. all.OrderBy(e => e.Rank)];
        Placed[] after = [.. all.Where(e => e.Name != name).Append(all.FirstOrDefault(e => e.Name == name) is { } moved ? moved with { Rank = rank } : new(name, rank, asksBefore)).OrderBy(e => e.Rank)];
        return [Position(after, name), Champions(before, after), .. Befores(before, after)];
    }

    private static string Position(Placed[] after, string name)
    {
        var at = Array.FindIndex(after, e => e.Name == name);
        string[] beside = [.. at > 0 ? [$"after {after[at - 1].Name}"] : Array.Empty<string>(), .. at < after.Length - 1 ? [$"before {after[at + 1].Name}"] : Array.Empty<string>()];
        return $"{name} is then number {at + 1} of {after.Length}{(beside.Length == 0 ? "" : $", {string.Join(" and ", beside)}")}.";
    }

    private static string Champions(Placed[] before, Placed[] after) => before is [.., var old] && old.Name == after[^1].Name
        ? $"Champions stay what goes live in {old.Name}, the highest."
        : $"{after[^1].Name} is then the highest: from its next promotion on, what goes live there becomes the champion of its model.";

    private static IEnumerable<string> Befores(Placed[] before, Placed[] after) =>
        from one in after
        where one.AsksBefore
        let now = NameBefore(after, one.Name)
        where now != NameBefore(before, one.Name)
        select now is null
            ? $"{one.Name} asks for versions that were live in the environment before, and none would come before it: that is refused."
            : $"{one.Name} asks for versions that were live in the environment before: that is then {now}.";

    private static string? NameBefore(Placed[] order, string name) => Array.FindIndex(order, e => e.Name == name) is > 0 and var at ? order[at - 1].Name : null;
}
