using ModelHub.Console.Access;
using ModelHub.Console.Graph;
using ModelHub.Console.Live;

namespace ModelHub.Console.Operations;

internal static class ReadOperation
{
    public static readonly Operation<ReadOperationVariables, ReadOperationData> Operation = new(
        "ReadOperation",
        Documents.ReadOperation,
        GraphJson.Default.GraphRequestReadOperationVariables,
        GraphJson.Default.GraphResponseReadOperationData);
}

internal sealed record ReadOperationVariables(string Id);

public sealed record ReadOperationData(OperationDetail? Operation, Me Me);

public sealed record OperationDetail(
    string Id, string Kind, string State, double? Progress, string? Message, string? Subject, int Attempts, string? RequestedBy,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, string? Failure, IReadOnlyList<LogLine> Log, long Revision);
