namespace ModelHub.Console.Graph;

/// <summary>One page of a list, by cursors that stay right while rows come and go.</summary>
public sealed record Connection<T>(IReadOnlyList<T> Nodes, PageInfo PageInfo, long? TotalCount)
{
    /// <summary>One page holds them all.</summary>
    public bool IsAll => PageInfo is { HasNextPage: false, HasPreviousPage: false };
}

public sealed record PageInfo(bool HasNextPage, bool HasPreviousPage, string? StartCursor, string? EndCursor);

/// <summary>Where in a list a page stands, as it stands in the address bar: after a cursor, before one, or at the start.</summary>
public sealed record Window(int? First, string? After, int? Last, string? Before)
{
    public static Window At(string? after, string? before, int size = 25) =>
        before is null ? new Window(size, after, null, null) : new Window(null, null, size, before);
}
