using ModelHub.Console.Graph;
using ModelHub.Console.Models;

namespace ModelHub.Console.Operations;

internal static class ListOperations
{
    public static readonly Operation<ListOperationsVariables, ListOperationsData> Operation = new(
        "ListOperations",
        Documents.ListOperations,
        GraphJson.Default.GraphRequestListOperationsVariables,
        GraphJson.Default.GraphResponseListOperationsData);
}

internal sealed record ListOperationsVariables(int? First, string? After, int? Last, string? Before, OperationFilter? Where);

internal sealed record OperationFilter(StateFilter? State, TextFilter? Kind);

public sealed record ListOperationsData(Connection<OperationRow> Operations);

public sealed record OperationRow(
    string Id, string Kind, string State, double? Progress, string? Message, string? Subject, int Attempts, string? RequestedBy,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, string? Failure);
