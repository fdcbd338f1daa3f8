using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Operations;

namespace ModelHub.Domain.Data;

public readonly record struct DataDiffId(Guid Value) : IId<DataDiffId>
{
    public static DataDiffId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static DataDiffId From(Guid value) => new(value);
}

/// <summary>Two versions of a dataset, compared once: both are immutable, so what was found holds for ever.</summary>
public sealed class DataDiff
{
    public const int MostKeyColumns = 10;

    private DataDiff()
    {
    }

    public DataDiffId Id { get; private set; }

    public DataVersionId FromId { get; private set; }

    public DataVersionId ToId { get; private set; }

    /// <summary>The columns by which a row is the same row in both; none: rows are compared as a whole.</summary>
    public IReadOnlyList<string> Key { get; private set; } = [];

    /// <summary>Tells how far the comparison is, and why it failed.</summary>
    public OperationId OperationId { get; private set; }

    public Operation Operation { get; private set; } = null!;

    /// <summary>Null until the operation has succeeded.</summary>
    public DataDiffResult? Result { get; private set; }

    public string RequestedBy { get; private set; } = "";

    public DateTimeOffset RequestedAt { get; private set; }

    public static Result<DataDiff> Request(DataDiffId id, string dataset, DataVersion from, DataVersion to, IReadOnlyList<string> key, OperationId operation, Actor actor, DateTimeOffset now)
    {
        if (from.Id == to.Id)
            return new InvalidInput("to", "another version than from");
        if (new[] { from, to }.FirstOrDefault(version => version.State != DataVersionState.Ready) is { } unready)
            return new DataVersionNotReady(dataset, unready.Number, unready.State);
        if (key.Count > MostKeyColumns || key.Distinct(StringComparer.Ordinal).Count() < key.Count)
            return new InvalidInput("key", $"at most {MostKeyColumns} columns, each once");
        if (key.FirstOrDefault(column => !Has(from, column) || !Has(to, column)) is { } missing)
            return new InvalidInput("key", $"columns of both versions; {(missing.Length > Limits.Name ? missing[..Limits.Name] : missing)} is not in both");
        return new DataDiff { Id = id, FromId = from.Id, ToId = to.Id, Key = key, OperationId = operation, RequestedBy = actor.Value, RequestedAt = now };
    }

    public void Found(DataDiffResult result) => Result = result;

    private static bool Has(DataVersion version, string column) => version.Schema.Any(c => c.Name == column);
}
