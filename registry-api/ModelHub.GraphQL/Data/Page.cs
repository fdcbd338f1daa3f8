namespace ModelHub.GraphQL;

/// <summary>The paging arguments of a connection field, checked: at most one of first and last, within the field's limit.</summary>
public sealed record PagingArguments(int? First = null, string? After = null, int? Last = null, string? Before = null)
{
    /// <summary>The client selected <c>totalCount</c>.</summary>
    public bool IncludeTotalCount { get; init; }

    /// <summary>How many nodes the page may hold.</summary>
    public int Size => Last ?? First ?? 10;

    internal bool Backwards => Last is not null;
}

/// <summary>What a connection field returns, whatever its node type.</summary>
public interface IPage
{
    /// <summary>One entry per node, in order.</summary>
    IReadOnlyList<string> Cursors { get; }

    bool HasNextPage { get; }

    bool HasPreviousPage { get; }

    /// <summary>Null unless it was asked for.</summary>
    int? TotalCount { get; }

    internal System.Collections.IList Nodes { get; }
}

/// <summary>A slice of an ordered sequence with the cursors of its items.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, IReadOnlyList<string> Cursors, bool HasNextPage, bool HasPreviousPage, int? TotalCount = null) : IPage
{
    /// <summary>The same page of other objects, e.g. what is shown of each row.</summary>
    public Page<TOther> Map<TOther>(Func<T, TOther> map) => new([.. Items.Select(map)], Cursors, HasNextPage, HasPreviousPage, TotalCount);

    System.Collections.IList IPage.Nodes => Items as System.Collections.IList ?? Items.ToList();
}
