using ModelHub.Console.Access;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Datasets;

internal static class ReadDataDiffOf
{
    public static readonly Operation<ReadDataDiffOfVariables, ReadDataDiffOfData> Operation = new(
        "ReadDataDiffOf",
        Documents.ReadDataDiffOf,
        GraphJson.Default.GraphRequestReadDataDiffOfVariables,
        GraphJson.Default.GraphResponseReadDataDiffOfData);
}

internal sealed record ReadDataDiffOfVariables(string Dataset, int Earlier, int Later, IReadOnlyList<string> Key);

/// <param name="DataDiff">Null while nobody has asked for it.</param>
public sealed record ReadDataDiffOfData(DataSide? A, DataSide? B, DataDiff? DataDiff, Me Me);

public sealed record DataSide(int Number, string State, long? RowCount, IReadOnlyList<DataColumn>? Schema, DataProfile? Profile);

public sealed record DataDiff(DiffOperation Operation, DiffResult? Result);

public sealed record DiffOperation(string State, double? Progress, string? Failure)
{
    public bool IsUnderWay => State is "QUEUED" or "RUNNING";
}

public sealed record DiffResult(IReadOnlyList<SchemaChange> Schema, RowChanges Rows, IReadOnlyList<ColumnMove> Columns);

public sealed record SchemaChange(string Column, string Kind, string? From, string? To);

/// <param name="Changed">Null without a key: a changed row is one removed and one added.</param>
public sealed record RowChanges(long Added, long Removed, long? Changed, long Same);

/// <param name="Drift">Null where the column is not in both, not of one type, or empty on a side.</param>
public sealed record ColumnMove(string Column, double? Drift);
