namespace ModelHub.Domain.Data;

/// <summary>How a version of a dataset differs from another one.</summary>
/// <param name="Schema">What became of the columns themselves.</param>
/// <param name="Rows">How many rows came, went, changed and stayed.</param>
/// <param name="Columns">All columns of either, those of the earlier first, with what became of their profile.</param>
public sealed record DataDiffResult(IReadOnlyList<SchemaChange> Schema, RowChanges Rows, IReadOnlyList<ColumnDiff> Columns);

/// <summary>What became of a column.</summary>
public enum SchemaChangeKind
{
    /// <summary>It is new.</summary>
    Added,

    /// <summary>It is gone.</summary>
    Removed,

    /// <summary>Another type.</summary>
    Retyped,

    /// <summary>It has missing values where it had none, or the other way round.</summary>
    Nullability,
}

/// <summary>A change of one column.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Kind">What became of it.</param>
/// <param name="From">The type, or of nullability "nullable" or "no missing values"; null for one that was added.</param>
/// <param name="To">The same after; null for one that was removed.</param>
public sealed record SchemaChange(string Column, SchemaChangeKind Kind, string? From, string? To)
{
    public static IReadOnlyList<SchemaChange> Between(IReadOnlyList<Column> from, IReadOnlyList<Column> to)
    {
        var (before, after) = (from.ToDictionary(c => c.Name, StringComparer.Ordinal), to.ToDictionary(c => c.Name, StringComparer.Ordinal));
        return
        [
            .. to.Where(c => !before.ContainsKey(c.Name)).Select(c => new SchemaChange(c.Name, SchemaChangeKind.Added, null, c.Type)),
            .. from.Where(c => !after.ContainsKey(c.Name)).Select(c => new SchemaChange(c.Name, SchemaChangeKind.Removed, c.Type, null)),
            .. from.Where(c => after.TryGetValue(c.Name, out var other) && other.Type != c.Type).Select(c => new SchemaChange(c.Name, SchemaChangeKind.Retyped, c.Type, after[c.Name].Type)),
            .. from.Where(c => after.TryGetValue(c.Name, out var other) && other.Nullable != c.Nullable)
                .Select(c => new SchemaChange(c.Name, SchemaChangeKind.Nullability, Word(c), Word(after[c.Name]))),
        ];
    }

    private static string Word(Column column) => column.Nullable ? "nullable" : "no missing values";
}

/// <summary>Rows as they compare over the columns that both versions have.</summary>
/// <param name="Added">Rows that only the later one has.</param>
/// <param name="Removed">Rows that only the earlier one has.</param>
/// <param name="Same">Rows that both have.</param>
/// <param name="Changed">Rows of the same key with other values; null when there is no key: a changed row is one removed and one added.</param>
public sealed record RowChanges(long Added, long Removed, long? Changed, long Same);

/// <summary>A column in both versions, side by side.</summary>
/// <param name="Column">Its name.</param>
/// <param name="From">Null when it was added.</param>
/// <param name="To">Null when it was removed.</param>
/// <param name="Drift">How far its values moved; null where it is not in both, not of one type, or has no values on a side.</param>
public sealed record ColumnDiff(string Column, ColumnProfile? From, ColumnProfile? To, double? Drift);
