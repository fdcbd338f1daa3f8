namespace ModelHub.Api.Operations;

internal static class OperationLog
{
    public const int MaxLines = 500;

    public static async Task<IReadOnlyList<LogLine>> ReadAsync(ModelHubDb db, OperationId operation, long after, CancellationToken ct)
        => await db.OperationLog.AsNoTracking().Where(line => line.OperationId == operation && line.Sequence > after)
            .OrderBy(line => line.Sequence).Take(MaxLines).ToListAsync(ct);
}

/// <summary>The lines after a given one, of many operations in one statement.</summary>
internal sealed class LogOfOperation(IDbContextFactory<ModelHubDb> factory) : GroupedDataLoader<(OperationId Operation, long After), LogLine>
{
    protected override async Task<ILookup<(OperationId Operation, long After), LogLine>> LoadGroupsAsync(
        IReadOnlyList<(OperationId Operation, long After)> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var lines = new List<(long After, LogLine Line)>();
        foreach (var same in keys.GroupBy(key => key.After, key => key.Operation))
            lines.AddRange((await LinesAsync(db, [.. same], same.Key, ct)).Select(line => (same.Key, line)));
        return lines.ToLookup(found => (found.Line.OperationId, found.After), found => found.Line);
    }

    private static Task<List<LogLine>> LinesAsync(ModelHubDb db, List<OperationId> operations, long after, CancellationToken ct)
        => db.Operations.AsNoTracking().Where(operation => operations.Contains(operation.Id))
            .SelectMany(operation => db.OperationLog.Where(line => line.OperationId == operation.Id && line.Sequence > after)
                .OrderBy(line => line.Sequence).Take(OperationLog.MaxLines))
            .OrderBy(line => line.Sequence).ToListAsync(ct);
}
