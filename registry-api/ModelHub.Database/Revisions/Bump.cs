using System.Data;
using Microsoft.EntityFrameworkCore;

namespace ModelHub.Database;

/// <summary>What routers and nodes follow by number.</summary>
public enum Numbered
{
    Routes,
    Assignments,
    Access,
}

public sealed record StateRevisions(long Routes, long Assignments, long Access);

public sealed partial class ModelHubDb
{
    /// <summary>
    /// Gives the content a new number and holds it until <c>CommitAsync</c>: whoever changes the same kind of state waits,
    /// so that numbers commit in order. Bump in the order routes, assignments, access, or two writers may wait for each other.
    /// </summary>
    public async Task<long> BumpAsync(Numbered state, CancellationToken ct)
    {
        await BeginAsync(ct);
        var name = state.ToString().ToLowerInvariant();
        var values = await Database.SqlQuery<long>(
            $"""
            insert into revisions (name, value) values ({name}, 1)
            on conflict (name) do update set value = revisions.value + 1 returning value
            """).ToListAsync(ct);
        return values.Single();
    }

    /// <summary>Reads the numbers and whatever <paramref name="read"/> asks for in one snapshot.</summary>
    public async Task<T> InSnapshotAsync<T>(Func<StateRevisions, CancellationToken, Task<T>> read, CancellationToken ct)
    {
        await using var snapshot = await Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        var values = await Revisions.AsNoTracking().ToDictionaryAsync(r => r.Name, r => r.Value, ct);
        return await read(new StateRevisions(values.GetValueOrDefault("routes"), values.GetValueOrDefault("assignments"), values.GetValueOrDefault("access")), ct);
    }

    private async Task BeginAsync(CancellationToken ct)
    {
        if (Database.CurrentTransaction is null)
            await Database.BeginTransactionAsync(ct);
    }
}
